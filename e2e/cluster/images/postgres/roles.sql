-- The owner makes the schema, the application only uses it. Said in template1, so it holds in every database made later.
create role lms_owner login;
create role lms login;
alter role lms set statement_timeout = '10s';
alter role lms set lock_timeout = '5s';
alter role lms set idle_in_transaction_session_timeout = '10s';
alter default privileges for role lms_owner grant usage on schemas to lms;
alter default privileges for role lms_owner grant select, insert, update, delete on tables to lms;
alter default privileges for role lms_owner grant usage, select on sequences to lms;
create database lms owner lms_owner;
revoke connect, temporary on database lms from public;
grant connect on database lms to lms;
