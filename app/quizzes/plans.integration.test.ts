/** The hot queries use their indexes: shown by the plans PostgreSQL makes over real numbers of rows. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Prisma } from '../database/generated/client.ts';
import { createFilledDatabase, type FilledDatabase, nextPage } from '../testing/plans.ts';
import { listStatement } from './attempts.ts';
import { listQuestions } from './store.ts';

let database: FilledDatabase;

beforeAll(async () => {
  database = await createFilledDatabase();
});

afterAll(() => database.close());

test('everybody’s attempts at a quiz', async () => {
  const quizId = await database.idOf('quizzes');
  const plan = await database.planOf(listStatement({ quizId, userId: undefined, ...nextPage }));
  expect(plan).toContain('attempts_quiz_id_started_at_id_idx');
  expect(plan).not.toMatch(/Seq Scan on attempts|Sort/);
});

test('a course’s question bank', async () => {
  const courseId = await database.idOf('courses');
  const filter = { courseId, topic: undefined, difficulty: undefined, ...nextPage };
  const plan = await database.planOf(listQuestions(filter));
  expect(plan).toContain('questions_course_id_created_at_id_idx');
  expect(plan).not.toMatch(/Seq Scan on questions|Sort/);
});

test('open attempts whose time is over', async () => {
  const plan = await database.planOf(Prisma.sql`SELECT id FROM attempts WHERE status = 'open'`);
  expect(plan).toContain('attempts_one_open');
});
