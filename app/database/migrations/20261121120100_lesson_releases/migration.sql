CREATE INDEX CONCURRENTLY lessons_release_at ON lessons (release_at) WHERE release_at IS NOT NULL;
