-- The program's role may read and write rows of every table to come and change no table.
-- A developer's database without that role needs no privileges: its owner runs everything.
DO $$
BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'lms') THEN
    GRANT USAGE ON SCHEMA public TO lms;
    GRANT SELECT ON _prisma_migrations TO lms;
    ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO lms;
    ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO lms;
  END IF;
END
$$;
