CREATE INDEX CONCURRENTLY enrolments_active ON enrolments (course_id, user_id) WHERE status = 'active';
