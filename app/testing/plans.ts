/** A database with rows enough that PostgreSQL plans as in production, and its plans. */
import { type Database, openDatabase } from '../database/client.ts';
import { Prisma } from '../database/generated/client.ts';
import { createLog } from '../log.ts';
import { createTestDatabase } from './database.ts';

export interface FilledDatabase {
  /** The plan of a statement, as EXPLAIN tells it. */
  readonly planOf: (statement: Prisma.Sql) => Promise<string>;
  /** Of any row of the table. */
  readonly idOf: (table: 'courses' | 'quizzes' | 'users') => Promise<string>;
  /** Tidy a table as autovacuum does in time: only then may indexes alone answer. */
  readonly vacuum: (table: 'enrolments') => Promise<void>;
  readonly close: () => Promise<void>;
}

/** The page after some row, as lists ask for it. */
export const nextPage = {
  after: ['2026-01-01T00:00:00Z', '00000000-0000-0000-0000-000000000000'],
  limit: 21,
};

/**
 * 50 courses, 2,000 learners, 20,000 enrolments, 20,000 attempts, 5,000 questions, 60,000 progress rows, 5,000 exams
 * and 500 releases of lessons over two years.
 */
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
  `INSERT INTO quizzes (course_id, title, published_at, opens_at)
   SELECT id, 'Exam', now(), now() + (random() - 0.5) * interval '2 years' FROM courses, generate_series(1, 100) n`,
  `UPDATE lessons SET release_at = now() + (random() - 0.5) * interval '2 years'`,
  `UPDATE enrolments e SET status = 'waitlisted', waitlist_ticket = w.ticket
   FROM (SELECT id, row_number() OVER (PARTITION BY course_id ORDER BY id) AS ticket FROM enrolments) w
   WHERE w.id = e.id AND w.ticket <= 100`,
  'ANALYZE',
];

export async function createFilledDatabase(): Promise<FilledDatabase> {
  const clone = await createTestDatabase();
  const database = openDatabase({ url: clone.ownerUrl, poolSize: 2, log: createLog('silent') });
  for (const statement of fill) await database.prisma.$executeRawUnsafe(statement);
  return {
    planOf: (statement) => explain(database, statement),
    idOf: async (table) => {
      const from = Prisma.raw(table);
      const rows = await database.prisma.$queryRaw<
        { id: string }[]
      >`SELECT id FROM ${from} LIMIT 1`;
      return rows[0]?.id ?? '';
    },
    vacuum: async (table) => {
      await database.prisma.$executeRawUnsafe(`VACUUM ${table}`);
    },
    close: async () => {
      await database.close();
      await clone.drop();
    },
  };
}

async function explain({ prisma }: Database, statement: Prisma.Sql): Promise<string> {
  const rows = await prisma.$queryRaw<{ 'QUERY PLAN': string }[]>`EXPLAIN ${statement}`;
  return rows.map((row) => row['QUERY PLAN']).join('\n');
}
