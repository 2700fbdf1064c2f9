/** The seeder's SQL: one set-based insert a table, every value a function of the seed and a row's number. */

export interface Size {
  readonly courses: number;
  readonly learners: number;
  readonly seed: string;
  /** argon2id, PHC form; of every account. */
  readonly passwordHash: string;
}

export interface Statement {
  readonly what: string;
  readonly text: string;
  readonly values: readonly (string | number | readonly string[])[];
}

export const modulesPerCourse = 3;
/** The last one of each module is its quiz. */
export const lessonsPerModule = 4;
const coursesPerLearner = 3;
const teachers = 20;

const subjects = ['Algebra', 'Biology', 'Chemistry', 'Drawing', 'Ecology', 'French', 'Geometry'];
const turns = ['for beginners', 'in practice', 'from first principles', 'for teachers', 'at work'];

/** SQL for the id of row `number` of a kind: the same for the same seed ($1). */
export function id(kind: string, number: string): string {
  const digest = `md5($1 || '-${kind}-' || ${number})`;
  return `overlay(overlay(${digest} placing '8' from 13) placing '8' from 17)::uuid`;
}

/** Administrator, teachers and learners. */
export function people({ seed, learners, passwordHash }: Size): readonly Statement[] {
  const insert = (kind: string, email: string, name: string, last: string) => `
    INSERT INTO users (id, email, display_name, password_hash, email_verified_at)
    SELECT ${id(kind, 'n')}, ${email}, ${name} || n, $2, '2026-01-01T00:00:00Z'
    FROM generate_series(1, ${last}) n ON CONFLICT DO NOTHING`;
  return [
    {
      what: 'administrator',
      text: `
        INSERT INTO users (id, email, display_name, password_hash, platform_role)
        VALUES (${id('admin', "'1'")}, 'admin@example.test', 'Administrator', $2, 'administrator')
        ON CONFLICT DO NOTHING`,
      values: [seed, passwordHash],
    },
    {
      what: 'teachers',
      text: insert('teacher', "'teacher-' || n || '@example.test'", "'Teacher '", '$3::int'),
      values: [seed, passwordHash, teachers],
    },
    {
      what: 'learners',
      text: insert('learner', "'learner-' || n || '@example.test'", "'Learner '", '$3::int'),
      values: [seed, passwordHash, learners],
    },
  ];
}

/** Categories and published courses with a teacher, modules and lessons; every tenth course has 30 seats. */
export function catalogue({ seed, courses }: Size): readonly Statement[] {
  return [
    {
      what: 'categories',
      text: `
        INSERT INTO categories (id, slug, name, position)
        SELECT ${id('category', 'n')}, lower(name), name, n::int
        FROM unnest($2::text[]) WITH ORDINALITY AS subject(name, n) ON CONFLICT DO NOTHING`,
      values: [seed, subjects],
    },
    {
      what: 'courses',
      text: `
        INSERT INTO courses (id, slug, title, summary, description, category_id, status, level, capacity, published_at, created_at)
        SELECT ${id('course', 'n')}, lower(subject) || '-' || n,
          subject || ' ' || turn || ' ' || n,
          'What everyone should know of ' || lower(subject) || '.',
          repeat('In this course we look at ' || lower(subject) || ' ' || turn || ', step by step. ', 12),
          ${id('category', '(n % $4 + 1)')}, 'published',
          (ARRAY['beginner', 'intermediate', 'advanced'])[n % 3 + 1]::course_level,
          CASE WHEN n % 10 = 0 THEN 30 END,
          timestamptz '2026-01-01' + n * interval '1 hour', timestamptz '2026-01-01'
        FROM generate_series(1, $2::int) n,
          LATERAL (SELECT ($3::text[])[n % $4 + 1], ($5::text[])[n % $6 + 1]) AS named(subject, turn)
        ON CONFLICT DO NOTHING`,
      values: [seed, courses, subjects, subjects.length, turns, turns.length],
    },
    {
      what: 'course roles',
      text: `
        INSERT INTO course_roles (course_id, user_id, role)
        SELECT ${id('course', 'n')}, ${id('teacher', '(n % $3 + 1)')}, 'teacher'
        FROM generate_series(1, $2::int) n ON CONFLICT DO NOTHING`,
      values: [seed, courses, teachers],
    },
    {
      what: 'modules',
      text: `
        INSERT INTO modules (id, course_id, title, position)
        SELECT ${id('module', "n || '.' || m")}, ${id('course', 'n')}, 'Part ' || m, m - 1
        FROM generate_series(1, $2::int) n, generate_series(1, $3::int) m ON CONFLICT (id) DO NOTHING`,
      values: [seed, courses, modulesPerCourse],
    },
    {
      what: 'lessons',
      text: `
        INSERT INTO lessons (id, module_id, course_id, title, kind, body, position)
        SELECT ${id('lesson', "n || '.' || m || '.' || l")}, ${id('module', "n || '.' || m")}, ${id('course', 'n')},
          'Lesson ' || m || '.' || l,
          CASE WHEN l = $4 THEN 'quiz' ELSE 'text' END::lesson_kind,
          repeat('A paragraph to read, with an example and a question to think about. ', 20), l - 1
        FROM generate_series(1, $2::int) n, generate_series(1, $3::int) m, generate_series(1, $4::int) l
        ON CONFLICT (id) DO NOTHING`,
      values: [seed, courses, modulesPerCourse, lessonsPerModule],
    },
  ];
}

/** Every learner in three courses without a bound on seats. */
export function enrolments({ seed, courses, learners }: Size): readonly Statement[] {
  const course = '((n * 7 + k * 13) % $2::int + 1)';
  return [
    {
      what: 'enrolments',
      text: `
        INSERT INTO enrolments (id, course_id, user_id, status, activated_at)
        SELECT ${id('enrolment', "n || '.' || k")}, course.id, ${id('learner', 'n')}, 'active', '2026-02-01T00:00:00Z'
        FROM generate_series(1, $3::int) n, generate_series(1, $4::int) k,
          LATERAL (SELECT id FROM courses WHERE id = ${id('course', course)} AND capacity IS NULL) course
        ON CONFLICT DO NOTHING`,
      values: [seed, courses, learners, coursesPerLearner],
    },
  ];
}
