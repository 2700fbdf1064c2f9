/** Taking a quiz: start, submit, and submission by the clock when the learner does not. */
import { randomInt } from 'node:crypto';
import type { PrismaClient } from '../database/generated/client.ts';
import { holdEnrolment } from '../enrolments/lock.ts';
import { conflict, notFound } from '../problem.ts';
import { addJobs } from '../queue/outbox.ts';
import {
  type AttemptRow,
  findAnswers,
  findAttempt,
  findKeys,
  type Grade,
  lockAttempt,
  saveGrades,
  type Transaction,
} from './attempts.ts';
import { deadlineOf, phaseAt } from './clock.ts';
import { drawQuestions } from './draw.ts';
import { gradeByKey } from './grading.ts';
import { fromHundredths, shareOf, toHundredths } from './points.ts';
import { settleAttempt } from './settle.ts';

export interface Start {
  readonly quizId: string;
  readonly enrolmentId: string;
}

export interface Started {
  readonly attemptId: string;
  /** False: the learner had one open, and goes on with that. */
  readonly isNew: boolean;
}

/**
 * Start an attempt, or go on with the open one.
 *
 * @throws Problem 409 when the quiz is not open or no attempt is left
 */
export async function startAttempt(
  prisma: Pick<PrismaClient, '$transaction'>,
  { quizId, enrolmentId }: Start,
  now: Date,
): Promise<Started> {
  return prisma.$transaction(async (tx) => {
    await holdEnrolment(tx, enrolmentId);
    const before = await tx.attempt.findMany({
      where: { quizId, enrolmentId },
      select: { id: true, status: true, number: true },
    });
    const open = before.find(({ status }) => status === 'open');
    if (open && !(await closeIfOver(tx, open.id, now))) {
      return { attemptId: open.id, isNew: false };
    }
    const number = Math.max(0, ...before.map((attempt) => attempt.number)) + 1;
    return {
      attemptId: await insertAttempt(tx, { quizId, enrolmentId, number }, now),
      isNew: true,
    };
  });
}

async function insertAttempt(
  tx: Transaction,
  { quizId, enrolmentId, number }: Start & { readonly number: number },
  now: Date,
): Promise<string> {
  const quiz = await tx.quiz.findUniqueOrThrow({
    where: { id: quizId },
    include: { questions: { orderBy: { position: 'asc' } } },
  });
  if (quiz.opensAt && quiz.opensAt > now) throw conflict('quiz-not-open', 'It opens later.');
  if (quiz.closesAt && quiz.closesAt <= now) throw conflict('quiz-closed', 'It has closed.');
  if (quiz.attemptsAllowed !== null && number > quiz.attemptsAllowed) {
    throw conflict('no-attempts-left', `All ${quiz.attemptsAllowed} attempts are used.`);
  }
  const drawn = drawQuestions(quiz.questions, quiz, randomRatio);
  if (drawn.length === 0) throw conflict('quiz-empty', 'It has no questions.');
  const maxScore = drawn.reduce((total, { points }) => total + toHundredths(points), 0);
  const { id } = await tx.attempt.create({
    data: {
      quizId,
      enrolmentId,
      number,
      startedAt: now,
      deadlineAt: deadlineOf(now, quiz),
      maxScore: fromHundredths(maxScore),
      answers: {
        createMany: {
          data: drawn.map(({ questionId, points }, position) => ({ questionId, points, position })),
        },
      },
    },
    select: { id: true },
  });
  return id;
}

function randomRatio(): number {
  return randomInt(2 ** 32) / 2 ** 32;
}

/**
 * Submit an attempt: grade what a key can grade and hand essays to the grading queue.
 *
 * Submitted again, it changes nothing. After the grace the attempt is submitted as it was saved,
 * and this is refused.
 *
 * @throws Problem 404 without such an attempt, 409 after the grace
 */
export async function submitAttempt(
  prisma: Pick<PrismaClient, '$transaction' | '$queryRaw'>,
  attemptId: string,
  now: Date,
): Promise<void> {
  const found = await findAttempt(prisma, attemptId);
  if (!found) throw notFound();
  const late = await prisma.$transaction(async (tx) => {
    await holdEnrolment(tx, found.enrolmentId);
    if (await closeIfOver(tx, attemptId, now)) return true;
    const attempt = await lockAttempt(tx, attemptId);
    if (attempt?.status === 'open') await submit(tx, attempt, now);
    return false;
  });
  if (late) throw conflict('attempt-over', 'The time is over; what was saved in time counts.');
}

/** Submit an open attempt whose time is over, as of its deadline. @returns whether it was one */
async function closeIfOver(tx: Transaction, attemptId: string, now: Date): Promise<boolean> {
  const attempt = await lockAttempt(tx, attemptId);
  if (attempt?.status !== 'open' || phaseAt(attempt, now) !== 'over') return false;
  await submit(tx, attempt, now);
  return true;
}

/** @param attempt open, and held by this transaction */
async function submit(tx: Transaction, attempt: AttemptRow, now: Date): Promise<void> {
  const phase = phaseAt(attempt, now);
  const submittedAt = phase === 'over' && attempt.deadlineAt ? attempt.deadlineAt : now;
  await tx.attempt.update({
    where: { id: attempt.id },
    data: {
      status: 'submitted',
      submittedAt,
      late: phase === 'late',
    },
  });
  const { grades, essays } = await gradeAnswers(tx, attempt.id);
  await saveGrades(tx, attempt.id, grades, 'automatic', now);
  await addJobs(
    tx,
    'grading',
    essays.map((questionId) => ({ attemptId: attempt.id, questionId })),
  );
  await settleAttempt(tx, attempt, now);
}

/** Grades by key, and the questions that wait for a reader. */
async function gradeAnswers(
  tx: Transaction,
  attemptId: string,
): Promise<{ readonly grades: readonly Grade[]; readonly essays: readonly string[] }> {
  const keys = await findKeys(tx, attemptId);
  const grades: Grade[] = [];
  const essays: string[] = [];
  for (const { questionId, points, response } of await findAnswers(tx, attemptId)) {
    const key = keys.get(questionId);
    if (!key) throw new Error(`question ${questionId} has no key`);
    const share = gradeByKey(key.answer, response);
    if (share === undefined) essays.push(questionId);
    else grades.push({ questionId, score: fromHundredths(shareOf(toHundredths(points), share)) });
  }
  return { grades, essays };
}

/** Submit one attempt by the clock. @returns whether its time was over and it was still open */
export async function closeAbandoned(
  prisma: Pick<PrismaClient, '$transaction' | '$queryRaw'>,
  attemptId: string,
  now: Date,
): Promise<boolean> {
  const found = await findAttempt(prisma, attemptId);
  if (!found) return false;
  return prisma.$transaction(async (tx) => {
    await holdEnrolment(tx, found.enrolmentId);
    return closeIfOver(tx, attemptId, now);
  });
}
