CREATE UNIQUE INDEX CONCURRENTLY attempts_one_open ON attempts (quiz_id, enrolment_id) WHERE status = 'open';
