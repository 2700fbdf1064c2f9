-- Set the passwords from the files that the settings name, and make the operator's role, which an older cluster may lack.
\set superuser `cat "$POSTGRES_SUPERUSER_PASSWORD_FILE"`
\set owner `cat "$OWNER_PASSWORD_FILE"`
\set app `cat "$APP_PASSWORD_FILE"`
\set operator `cat "$OPERATOR_PASSWORD_FILE"`
alter role postgres password :'superuser';
alter role lms_owner password :'owner';
alter role lms password :'app';
select 'create role lms_operator login createrole connection limit 5'
where not exists (select from pg_roles where rolname = 'lms_operator') \gexec
alter role lms_operator password :'operator';
-- It sees who is connected, and limits the connections of the application's role, which it can neither be nor inherit from.
grant pg_read_all_stats to lms_operator;
grant lms to lms_operator with admin true, inherit false, set false;
grant connect on database lms to lms_operator;
