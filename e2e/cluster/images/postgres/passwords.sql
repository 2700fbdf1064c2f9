-- Set the three passwords from the files that the settings name.
\set superuser `cat "$POSTGRES_SUPERUSER_PASSWORD_FILE"`
\set owner `cat "$OWNER_PASSWORD_FILE"`
\set app `cat "$APP_PASSWORD_FILE"`
alter role postgres password :'superuser';
alter role lms_owner password :'owner';
alter role lms password :'app';
