/** The hot queries use their indexes: shown by the plans PostgreSQL makes over real numbers of rows. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createFilledDatabase, type FilledDatabase, nextPage } from '../testing/plans.ts';
import { listStatement, waitingStatement } from './store.ts';

let database: FilledDatabase;

beforeAll(async () => {
  database = await createFilledDatabase();
});

afterAll(() => database.close());

test('a learner’s enrolments', async () => {
  const whose = { learnerId: await database.idOf('users') };
  const plan = await database.planOf(listStatement({ whose, status: undefined, ...nextPage }));
  expect(plan).toContain('enrolments_user_id_created_at_id_idx');
  expect(plan).not.toMatch(/Seq Scan on enrolments|Sort/);
});

test('a course’s enrolments', async () => {
  const whose = { courseId: await database.idOf('courses') };
  const plan = await database.planOf(listStatement({ whose, status: undefined, ...nextPage }));
  expect(plan).toContain('enrolments_course_id_created_at_id_idx');
  expect(plan).not.toMatch(/Seq Scan on enrolments|Sort/);
});

test('who waits next in a course', async () => {
  const courseId = await database.idOf('courses');
  const plan = await database.planOf(waitingStatement(courseId, 1));
  expect(plan).not.toContain('Sort');
  expect(plan).toContain('enrolments_course_id_waitlist_ticket_key');
});
