-- Rules that hold whatever the programs do.

ALTER TABLE users
  ADD CONSTRAINT users_email_normalised CHECK (email = lower(btrim(email)) AND email LIKE '_%@_%'),
  ADD CONSTRAINT users_auth_version_positive CHECK (auth_version >= 1);

ALTER TABLE refresh_families
  ADD CONSTRAINT refresh_families_end_has_reason CHECK ((ended_at IS NULL) = (end_reason IS NULL));

ALTER TABLE refresh_tokens
  ADD CONSTRAINT refresh_tokens_hash_is_sha256 CHECK (octet_length(hash) = 32);

ALTER TABLE categories
  ADD CONSTRAINT categories_slug_form CHECK (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$');

ALTER TABLE courses
  ADD CONSTRAINT courses_slug_form CHECK (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'),
  ADD CONSTRAINT courses_price_not_negative CHECK (price_minor >= 0),
  ADD CONSTRAINT courses_currency_form CHECK (currency ~ '^[A-Z]{3}$'),
  ADD CONSTRAINT courses_capacity_positive CHECK (capacity > 0),
  ADD CONSTRAINT courses_seats_within_capacity CHECK (seats_taken >= 0 AND seats_taken <= capacity),
  ADD CONSTRAINT courses_seats_not_negative CHECK (seats_taken >= 0),
  ADD CONSTRAINT courses_dates_in_order CHECK (starts_at < ends_at),
  ADD CONSTRAINT courses_published_has_date CHECK (status <> 'published' OR published_at IS NOT NULL);

ALTER TABLE modules
  ADD CONSTRAINT modules_position_not_negative CHECK (position >= 0);

ALTER TABLE lessons
  ADD CONSTRAINT lessons_position_not_negative CHECK (position >= 0),
  ADD CONSTRAINT lessons_duration_positive CHECK (duration_seconds > 0),
  ADD CONSTRAINT lessons_media_only_of_media CHECK (media_url IS NULL OR kind IN ('video', 'file'));

ALTER TABLE lesson_prerequisites
  ADD CONSTRAINT lesson_prerequisites_not_itself CHECK (lesson_id <> required_id);

ALTER TABLE enrolments
  ADD CONSTRAINT enrolments_ticket_while_waitlisted
    CHECK ((status = 'waitlisted') = (waitlist_ticket IS NOT NULL)),
  ADD CONSTRAINT enrolments_active_has_date
    CHECK (status NOT IN ('active', 'completed') OR activated_at IS NOT NULL),
  ADD CONSTRAINT enrolments_completed_has_date
    CHECK ((status = 'completed') = (completed_at IS NOT NULL));

ALTER TABLE lesson_progress
  ADD CONSTRAINT lesson_progress_position_not_negative CHECK (position_seconds >= 0),
  ADD CONSTRAINT lesson_progress_dates_in_order CHECK (started_at <= completed_at);

ALTER TABLE quizzes
  ADD CONSTRAINT quizzes_limits_positive
    CHECK (time_limit_seconds > 0 AND attempts_allowed > 0 AND draw_count > 0),
  ADD CONSTRAINT quizzes_grace_not_negative CHECK (late_grace_seconds >= 0),
  ADD CONSTRAINT quizzes_pass_percent_range CHECK (pass_percent BETWEEN 0 AND 100),
  ADD CONSTRAINT quizzes_dates_in_order CHECK (opens_at < closes_at);

ALTER TABLE quiz_questions
  ADD CONSTRAINT quiz_questions_points_positive CHECK (points > 0),
  ADD CONSTRAINT quiz_questions_position_not_negative CHECK (position >= 0);

ALTER TABLE attempts
  ADD CONSTRAINT attempts_number_positive CHECK (number >= 1),
  ADD CONSTRAINT attempts_deadline_after_start CHECK (deadline_at > started_at),
  ADD CONSTRAINT attempts_open_until_submitted CHECK ((status = 'open') = (submitted_at IS NULL)),
  ADD CONSTRAINT attempts_graded_has_score
    CHECK ((status = 'graded') = (graded_at IS NOT NULL AND score IS NOT NULL)),
  ADD CONSTRAINT attempts_score_range CHECK (score BETWEEN 0 AND max_score);

ALTER TABLE attempt_answers
  ADD CONSTRAINT attempt_answers_points_positive CHECK (points > 0),
  ADD CONSTRAINT attempt_answers_score_range CHECK (score BETWEEN 0 AND points),
  ADD CONSTRAINT attempt_answers_score_has_source
    CHECK ((score IS NULL) = (graded_by IS NULL) AND (score IS NULL) = (graded_at IS NULL));

ALTER TABLE certificates
  ADD CONSTRAINT certificates_code_form CHECK (code ~ '^[0-9A-HJKMNP-TV-Z]{20}$'),
  ADD CONSTRAINT certificates_revocation_has_reason
    CHECK ((revoked_at IS NULL) = (revocation_reason IS NULL));

ALTER TABLE outbox_jobs
  ADD CONSTRAINT outbox_jobs_queue_known CHECK (queue IN ('grading', 'certificates', 'email'));

-- Seats: courses.seats_taken follows the active enrolments, whoever writes them. The check on
-- courses then refuses the enrolment that would be one too many, also between racing transactions.

CREATE FUNCTION count_seats_inserted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE courses SET seats_taken = seats_taken + change.seats
  FROM (SELECT course_id, count(*)::int AS seats FROM added WHERE status = 'active' GROUP BY 1) AS change
  WHERE courses.id = change.course_id;
  RETURN NULL;
END
$$;

CREATE FUNCTION count_seats_deleted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE courses SET seats_taken = seats_taken - change.seats
  FROM (SELECT course_id, count(*)::int AS seats FROM removed WHERE status = 'active' GROUP BY 1) AS change
  WHERE courses.id = change.course_id;
  RETURN NULL;
END
$$;

CREATE FUNCTION count_seats_updated() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE courses SET seats_taken = seats_taken + change.seats
  FROM (
    SELECT course_id, sum(seat)::int AS seats
    FROM (
      SELECT course_id, 1 AS seat FROM added WHERE status = 'active'
      UNION ALL
      SELECT course_id, -1 FROM removed WHERE status = 'active'
    ) AS moves
    GROUP BY 1
    HAVING sum(seat) <> 0
  ) AS change
  WHERE courses.id = change.course_id;
  RETURN NULL;
END
$$;

CREATE TRIGGER enrolments_seats_inserted AFTER INSERT ON enrolments
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION count_seats_inserted();
CREATE TRIGGER enrolments_seats_deleted AFTER DELETE ON enrolments
  REFERENCING OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION count_seats_deleted();
CREATE TRIGGER enrolments_seats_updated AFTER UPDATE ON enrolments
  REFERENCING OLD TABLE AS removed NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION count_seats_updated();

-- The trail of overridden grades is only ever added to.
DO $$
BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'lms') THEN
    REVOKE UPDATE, DELETE ON grade_overrides FROM lms;
  END IF;
END
$$;
