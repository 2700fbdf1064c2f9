/** Submitting an attempt, and submission by the clock when the learner does not. */
import type { PrismaClient } from '../database/generated/client.ts';
import { conflict, notFound } from '../problem.ts';
import { findGradable, type Gradable, type Grade } from './answers.ts';
import { type AttemptRow, holdAttempt, saveSubmission, type Transaction } from './attempts.ts';
import { phaseAt } from './clock.ts';
import { gradeByKey } from './grading.ts';
import { fromHundredths, shareOf, toHundredths } from './points.ts';
import { completeIfPassed } from './settle.ts';

/**
 * Submit a learner's attempt: grade what a key can grade and hand essays to the grading queue.
 *
 * Submitted again, it changes nothing. After the grace the attempt is submitted as it was saved,
 * and this is refused.
 *
 * @throws Problem 404 without such an attempt of theirs, 409 after the grace
 */
export async function submitAttempt(
  prisma: Pick<PrismaClient, '$transaction'>,
  { attemptId, learnerId }: { readonly attemptId: string; readonly learnerId: string },
  now: Date,
): Promise<void> {
  const isLate = await prisma.$transaction(async (tx) => {
    const attempt = await holdAttempt(tx, attemptId, learnerId);
    if (!attempt) throw notFound();
    if (attempt.status !== 'open') return false;
    await submit(tx, attempt, now);
    return phaseAt(attempt, now) === 'over';
  });
  if (isLate) throw conflict('attempt-over', 'The time is over; what was saved in time counts.');
}

/** Submit one attempt by the clock. @returns whether its time was over and it was still open */
export async function closeAbandoned(
  prisma: Pick<PrismaClient, '$transaction'>,
  attemptId: string,
  now: Date,
): Promise<boolean> {
  return prisma.$transaction(async (tx) => {
    const attempt = await holdAttempt(tx, attemptId);
    if (attempt?.status !== 'open' || phaseAt(attempt, now) !== 'over') return false;
    await submit(tx, attempt, now);
    return true;
  });
}

/** @param attempt open, and held by this transaction; one whose time is over counts as of its deadline */
async function submit(tx: Transaction, attempt: AttemptRow, now: Date): Promise<void> {
  const phase = phaseAt(attempt, now);
  const submittedAt = phase === 'over' && attempt.deadlineAt ? attempt.deadlineAt : now;
  const { grades, essays, total } = gradeAnswers(await findGradable(tx, attempt.id));
  const score = essays.length === 0 ? total : undefined;
  const submission = {
    attemptId: attempt.id,
    submittedAt,
    late: phase === 'late',
    grades,
    essays,
    score: score === undefined ? undefined : fromHundredths(score),
  };
  await saveSubmission(tx, submission, now);
  if (score !== undefined) await completeIfPassed(tx, attempt, score, now);
}

interface Graded {
  readonly grades: readonly Grade[];
  /** Questions that wait for a reader. */
  readonly essays: readonly string[];
  /** Of the grades, in hundredths. */
  readonly total: number;
}

function gradeAnswers(answers: readonly Gradable[]): Graded {
  const grades: Grade[] = [];
  const essays: string[] = [];
  let total = 0;
  for (const { questionId, points, response, key } of answers) {
    const share = gradeByKey(key, response);
    if (share === undefined) essays.push(questionId);
    else {
      const score = shareOf(toHundredths(points), share);
      total += score;
      grades.push({ questionId, score: fromHundredths(score) });
    }
  }
  return { grades, essays, total };
}
