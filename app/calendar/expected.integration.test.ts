/** Who is expected, by real rows; and the plan of the statement over real numbers of them. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Database, openDatabase } from '../database/client.ts';
import type { Prisma } from '../database/generated/client.ts';
import { createLog } from '../log.ts';
import { createTestDatabase, type TestDatabase } from '../testing/database.ts';
import { createFilledDatabase } from '../testing/plans.ts';
import { addCourse, addEnrolment, addUsers } from '../testing/rows.ts';
import { countExpected, expectedStatement } from './expected.ts';

const leadMs = 10 * 60_000;
let clone: TestDatabase;
let database: Database;

beforeAll(async () => {
  clone = await createTestDatabase();
  database = openDatabase({ url: clone.ownerUrl, poolSize: 2, log: createLog('silent') });
});
beforeEach(async () => {
  await database.prisma.course.deleteMany();
});
afterAll(async () => {
  await database.close();
  await clone.drop();
});

/** A moment of the day of the tests, in UTC. */
const at = (time: string) => new Date(`2026-03-02T${time}Z`);
const expectedAt = (time: string) => countExpected(database.prisma, at(time), leadMs);

async function addClass(learners: readonly string[]): Promise<string> {
  const courseId = await addCourse(database.prisma);
  for (const userId of learners) await addEnrolment(database.prisma, courseId, userId);
  return courseId;
}

async function addExam(
  courseId: string,
  opensAt: string,
  more: Partial<Prisma.QuizUncheckedCreateInput> = {},
): Promise<void> {
  const publishedAt = at('06:00:00');
  const data = { courseId, title: 'Exam', opensAt: at(opensAt), publishedAt, ...more };
  await database.prisma.quiz.create({ data });
}

async function addLesson(courseId: string, releaseAt: string, durationSeconds: number | null) {
  const module = await database.prisma.module.create({
    data: { courseId, title: 'One', position: 0 },
  });
  const data = { courseId, moduleId: module.id, title: 'Lesson', position: 0 };
  const release = { releaseAt: at(releaseAt), durationSeconds, kind: 'video' as const };
  const mediaUrl = 'https://media.example.test/1';
  await database.prisma.lesson.create({ data: { ...data, ...release, mediaUrl } });
}

test('nobody is expected in an empty calendar', async () => {
  await addClass(await addUsers(database.prisma, 2));
  expect(await expectedAt('09:00:00')).toBe(0);
});

test.each([
  ['before the lead', '08:49:59', 0],
  ['when the lead begins', '08:50:00', 3],
  ['just before the end', '10:29:59', 3],
  ['at the end', '10:30:00', 0],
])('an exam from 9:00 to 10:30: %s', async (_, time, learners) => {
  const courseId = await addClass(await addUsers(database.prisma, 3));
  await addExam(courseId, '09:00:00', { closesAt: at('10:30:00') });
  expect(await expectedAt(time)).toBe(learners);
});

test.each([
  ['no end: half an hour', {}, '09:29:59', '09:30:00'],
  ['a time limit of an hour', { timeLimitSeconds: 3600 }, '09:59:59', '10:00:00'],
  ['a time limit of a minute: half an hour', { timeLimitSeconds: 60 }, '09:29:59', '09:30:00'],
  ['an end days later: four hours', { closesAt: at('23:59:59') }, '12:59:59', '13:00:00'],
])('learners are expected for an exam with %s', async (_, settings, last, over) => {
  await addExam(await addClass(await addUsers(database.prisma, 3)), '09:00:00', settings);
  expect(await expectedAt(last)).toBe(3);
  expect(await expectedAt(over)).toBe(0);
});

test.each([
  ['without a duration', null, '09:29:59', '09:30:00'],
  ['of 45 minutes', 2700, '09:44:59', '09:45:00'],
])('learners are expected for the release of a lesson %s', async (_, seconds, last, over) => {
  await addLesson(await addClass(await addUsers(database.prisma, 2)), '09:00:00', seconds);
  expect(await expectedAt('08:49:59')).toBe(0);
  expect(await expectedAt('08:50:00')).toBe(2);
  expect(await expectedAt(last)).toBe(2);
  expect(await expectedAt(over)).toBe(0);
});

test('a learner of two courses counts once', async () => {
  const [both = '', first = '', second = ''] = await addUsers(database.prisma, 3);
  await addExam(await addClass([both, first]), '09:00:00');
  await addLesson(await addClass([both, second]), '09:05:00', null);
  expect(await expectedAt('09:10:00')).toBe(3);
});

test('who cannot take it is not expected: drafts, and learners who are not active', async () => {
  const [active = '', waiting = '', gone = ''] = await addUsers(database.prisma, 3);
  const courseId = await addClass([active]);
  const waits = { status: 'waitlisted', waitlistTicket: 1, activatedAt: null } as const;
  await addEnrolment(database.prisma, courseId, waiting, waits);
  await addEnrolment(database.prisma, courseId, gone, { status: 'withdrawn' });
  await addExam(courseId, '09:00:00', { publishedAt: null });
  expect(await expectedAt('09:00:00')).toBe(0);
  await addExam(courseId, '09:00:00');
  expect(await expectedAt('09:00:00')).toBe(1);
});

test('a long calendar is not read: openings and learners are found by indexes', async () => {
  const filled = await createFilledDatabase();
  try {
    await filled.vacuum('enrolments');
    const plan = await filled.planOf(expectedStatement(new Date(), leadMs));
    expect(plan).toContain('quizzes_opens_at');
    expect(plan).toContain('lessons_release_at');
    expect(plan).toContain('Index Only Scan using enrolments_active');
    expect(plan).not.toContain('Seq Scan');
  } finally {
    await filled.close();
  }
});
