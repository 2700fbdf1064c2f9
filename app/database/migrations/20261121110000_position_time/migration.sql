-- When a position was reached, so that events arriving in any order lead to the same position.
ALTER TABLE lesson_progress ADD COLUMN position_at timestamptz(3);
