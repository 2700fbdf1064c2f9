CREATE INDEX CONCURRENTLY quizzes_opens_at ON quizzes (opens_at) WHERE published_at IS NOT NULL;
