/** The hot queries use their indexes: shown by the plans PostgreSQL makes over real numbers of rows. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { listStatement as listEnrolments, waitingStatement } from '../enrolments/store.ts';
import { createLog } from '../log.ts';
import { listStatement as listAttempts } from '../quizzes/attempts.ts';
import { listQuestions } from '../quizzes/store.ts';
import { createTestDatabase, type TestDatabase } from '../testing/database.ts';
import { type Database, openDatabase } from './client.ts';
import { Prisma } from './generated/client.ts';

let clone: TestDatabase;
let database: Database;

beforeAll(async () => {
  clone = await createTestDatabase();
  database = openDatabase({ url: clone.ownerUrl, poolSize: 2, log: createLog('silent') });
  for (const statement of fill) await database.prisma.$executeRawUnsafe(statement);
});

afterAll(async () => {
  await database.close();
  await clone.drop();
});

/** 50 courses, 2,000 learners, 20,000 enrolments, 10,000 attempts, 5,000 questions, 50,000 progress rows. */
const fill = [
  `INSERT INTO categories (slug, name) VALUES ('all', 'All')`,
  `INSERT INTO courses (slug, title, category_id, status, published_at)
   SELECT 'c-' || n, 'Course ' || n, (SELECT id FROM categories), 'published', now() - n * interval '1 hour'
   FROM generate_series(1, 50) n`,
  `INSERT INTO users (email, display_name, password_hash)
   SELECT 'u' || n || '@example.test', 'User ' || n, 'none' FROM generate_series(1, 2000) n`,
  `INSERT INTO enrolments (course_id, user_id, status, activated_at, created_at)
   SELECT c.id, u.id, 'active', now(), now() - random() * interval '100 days'
   FROM (SELECT id, row_number() OVER () AS n FROM courses) c
   JOIN (SELECT id, row_number() OVER () AS n FROM users) u ON (u.n + c.n) % 5 = 0`,
  `INSERT INTO modules (course_id, title, position) SELECT id, 'Module', 0 FROM courses`,
  `INSERT INTO lessons (module_id, course_id, title, kind, position)
   SELECT m.id, m.course_id, 'Lesson', 'text', n FROM modules m, generate_series(1, 10) n`,
  `INSERT INTO lesson_progress (enrolment_id, lesson_id, started_at, last_event_at)
   SELECT e.id, l.id, now(), now() FROM enrolments e
   JOIN lessons l ON l.course_id = e.course_id AND l.position <= 3`,
  `INSERT INTO questions (course_id, topic, difficulty, kind, prompt, created_at)
   SELECT id, 'T', 'easy', 'short', 'Q', now() - n * interval '1 minute' FROM courses, generate_series(1, 100) n`,
  `INSERT INTO question_keys (question_id, answer) SELECT id, '{}' FROM questions`,
  `INSERT INTO quizzes (course_id, title) SELECT id, 'Quiz' FROM courses`,
  `INSERT INTO attempts (quiz_id, enrolment_id, number, status, submitted_at, started_at, max_score)
   SELECT q.id, e.id, 1, 'submitted', now(), now() - random() * interval '9 days', 1
   FROM enrolments e JOIN quizzes q ON q.course_id = e.course_id`,
  `UPDATE enrolments e SET status = 'waitlisted', waitlist_ticket = w.ticket
   FROM (SELECT id, row_number() OVER (PARTITION BY course_id ORDER BY id) AS ticket FROM enrolments) w
   WHERE w.id = e.id AND w.ticket <= 100`,
  'ANALYZE',
];

async function planOf(statement: Prisma.Sql): Promise<string> {
  const rows = await database.prisma.$queryRaw<{ 'QUERY PLAN': string }[]>(
    Prisma.sql`EXPLAIN ${statement}`,
  );
  return rows.map((row) => row['QUERY PLAN']).join('\n');
}

async function idOf(table: string): Promise<string> {
  const rows = await database.prisma.$queryRawUnsafe<{ id: string }[]>(
    `SELECT id FROM ${table} LIMIT 1`,
  );
  return rows[0]?.id ?? '';
}

const page = { after: ['2026-01-01T00:00:00Z', '00000000-0000-0000-0000-000000000000'], limit: 21 };

test('a learner’s enrolments', async () => {
  const whose = { learnerId: await idOf('users') };
  const plan = await planOf(listEnrolments({ whose, status: undefined, ...page }));
  expect(plan).toContain('enrolments_user_id_created_at_id_idx');
  expect(plan).not.toMatch(/Seq Scan on enrolments|Sort/);
});

test('a course’s enrolments', async () => {
  const whose = { courseId: await idOf('courses') };
  const plan = await planOf(listEnrolments({ whose, status: undefined, ...page }));
  expect(plan).toContain('enrolments_course_id_created_at_id_idx');
  expect(plan).not.toMatch(/Seq Scan on enrolments|Sort/);
});

test('everybody’s attempts at a quiz', async () => {
  const quizId = await idOf('quizzes');
  const plan = await planOf(listAttempts({ quizId, userId: undefined, ...page }));
  expect(plan).toContain('attempts_quiz_id_started_at_id_idx');
  expect(plan).not.toMatch(/Seq Scan on attempts|Sort/);
});

test('a course’s question bank', async () => {
  const courseId = await idOf('courses');
  const filter = { courseId, topic: undefined, difficulty: undefined, ...page };
  const plan = await planOf(listQuestions(filter));
  expect(plan).toContain('questions_course_id_created_at_id_idx');
  expect(plan).not.toMatch(/Seq Scan on questions|Sort/);
});

test('who waits next in a course', async () => {
  const courseId = await idOf('courses');
  const plan = await planOf(waitingStatement(courseId, 1));
  expect(plan).not.toContain('Sort');
  expect(plan).toContain('enrolments_course_id_waitlist_ticket_key');
});

test('open attempts whose time is over', async () => {
  const plan = await planOf(Prisma.sql`SELECT id FROM attempts WHERE status = 'open'`);
  expect(plan).toContain('attempts_one_open');
});
