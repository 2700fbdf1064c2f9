import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Database, openDatabase } from '../database/client.ts';
import { createLog } from '../log.ts';
import { createTestDatabase, type TestDatabase } from '../testing/database.ts';
import { addCourse, addEnrolment, addUser, addUsers } from '../testing/rows.ts';
import { type Asker, changeEnrolment } from './change.ts';
import type { Action, Status } from './enrolment.ts';
import { sweepEnrolments } from './sweep.ts';

let clone: TestDatabase;
let database: Database;

beforeAll(async () => {
  clone = await createTestDatabase();
  database = openDatabase({ url: clone.url, poolSize: 20, log: createLog('silent') });
});

afterAll(async () => {
  await database.close();
  await clone.drop();
});

async function change(courseId: string, userId: string, action: Action, by: Asker = 'learner') {
  return changeEnrolment(database.prisma, { courseId, userId }, action, by, new Date());
}

async function countByStatus(courseId: string): Promise<Partial<Record<Status, number>>> {
  const groups = await database.prisma.enrolment.groupBy({
    by: ['status'],
    where: { courseId },
    _count: true,
  });
  return Object.fromEntries(groups.map(({ status, _count }) => [status, _count]));
}

async function seatsTaken(courseId: string): Promise<number> {
  const course = await database.prisma.course.findUniqueOrThrow({ where: { id: courseId } });
  return course.seatsTaken;
}

test('forty at once on ten seats: ten active, thirty waiting, each with a ticket of their own', async () => {
  const courseId = await addCourse(database.prisma, { capacity: 10 });
  const learners = await addUsers(database.prisma, 40);
  const outcomes = await Promise.all(learners.map((id) => change(courseId, id, 'seat')));
  expect(outcomes.filter(({ status }) => status === 'active')).toHaveLength(10);
  expect(await countByStatus(courseId)).toEqual({ active: 10, waitlisted: 30 });
  expect(await seatsTaken(courseId)).toBe(10);
});

test('enrolling, withdrawing and promoting at once never takes more seats than there are', async () => {
  const courseId = await addCourse(database.prisma, { capacity: 5 });
  const learners = await addUsers(database.prisma, 30);
  const first = learners.slice(0, 10);
  await Promise.all(first.map((id) => change(courseId, id, 'seat')));
  await Promise.all([
    ...first.map((id) => change(courseId, id, 'withdraw')),
    ...learners.slice(10).map((id) => change(courseId, id, 'seat')),
  ]);
  expect(await countByStatus(courseId)).toEqual({ active: 5, waitlisted: 15, withdrawn: 10 });
  expect(await seatsTaken(courseId)).toBe(5);
});

test('the same learner at once enrols once', async () => {
  const courseId = await addCourse(database.prisma);
  const learner = await addUser(database.prisma);
  const outcomes = await Promise.allSettled([1, 2, 3].map(() => change(courseId, learner, 'seat')));
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  expect(await countByStatus(courseId)).toEqual({ active: 1 });
});

test('seats that come free go to those who wait, in order', async () => {
  const courseId = await addCourse(database.prisma, { capacity: 1 });
  const [holder = '', second = '', third = ''] = await addUsers(database.prisma, 3);
  await change(courseId, holder, 'seat');
  const waiting = [await change(courseId, second, 'seat'), await change(courseId, third, 'seat')];
  expect(waiting.map(({ status }) => status)).toEqual(['waitlisted', 'waitlisted']);
  expect((await change(courseId, holder, 'withdraw')).promoted).toEqual([waiting[0]?.id]);
  expect((await change(courseId, second, 'withdraw')).promoted).toEqual([waiting[1]?.id]);
});

test('who comes back goes to the end of the queue', async () => {
  const courseId = await addCourse(database.prisma, { capacity: 1 });
  const [holder = '', early = '', late = ''] = await addUsers(database.prisma, 3);
  for (const id of [holder, early, late]) await change(courseId, id, 'seat');
  await change(courseId, early, 'withdraw');
  const back = await change(courseId, early, 'seat');
  const { promoted } = await change(courseId, holder, 'withdraw');
  expect(promoted).toHaveLength(1);
  expect(promoted).not.toContain(back.id);
});

test('the database itself refuses the enrolment that is one too many', async () => {
  const courseId = await addCourse(database.prisma, { capacity: 1 });
  const [first = '', second = ''] = await addUsers(database.prisma, 2);
  await addEnrolment(database.prisma, courseId, first);
  await expect(addEnrolment(database.prisma, courseId, second)).rejects.toThrow(
    'courses_seats_within_capacity',
  );
});

test('the sweep expires what is overdue and fills seats that a raised capacity brought', async () => {
  const courseId = await addCourse(database.prisma, { capacity: 1 });
  const [holder = '', second = '', third = ''] = await addUsers(database.prisma, 3);
  const past = new Date(Date.now() - 1000);
  await addEnrolment(database.prisma, courseId, holder, { expiresAt: past });
  await change(courseId, second, 'seat');
  await change(courseId, third, 'seat');
  expect(await sweepEnrolments(database.prisma, new Date())).toEqual({ expired: 1, promoted: 1 });
  await database.prisma.course.update({ where: { id: courseId }, data: { capacity: 2 } });
  expect(await sweepEnrolments(database.prisma, new Date())).toEqual({ expired: 0, promoted: 1 });
  expect(await countByStatus(courseId)).toEqual({ active: 2, expired: 1 });
});

test.each([
  { name: 'a priced course by oneself', course: { priceMinor: 500 }, by: 'learner', ok: false },
  { name: 'a priced course by the teacher', course: { priceMinor: 500 }, by: 'teacher', ok: true },
  { name: 'an archived course', course: { status: 'archived' }, by: 'teacher', ok: false },
] as const)('$name: allowed $ok', async ({ course, by, ok }) => {
  const courseId = await addCourse(database.prisma, course);
  const outcome = change(courseId, await addUser(database.prisma), 'seat', by);
  if (ok) await expect(outcome).resolves.toMatchObject({ status: 'active' });
  else await expect(outcome).rejects.toMatchObject({ status: 409 });
});
