/** What follows when an attempt's answers are graded: its score, and the lesson that it completes. */
import { completeLesson } from '../progress/record.ts';
import { findScores } from './answers.ts';
import type { AttemptRow, Transaction } from './attempts.ts';
import { fromHundredths, toHundredths } from './points.ts';

/**
 * Give a submitted attempt its score once no answer waits for a grade, and a new version.
 *
 * @param attempt submitted or graded, and like its enrolment held by this transaction
 */
export async function settleAttempt(
  tx: Transaction,
  attempt: AttemptRow,
  now: Date,
): Promise<void> {
  const score = totalOf(await findScores(tx, attempt.id));
  const graded = score !== undefined && {
    status: 'graded' as const,
    score: fromHundredths(score),
    gradedAt: now,
  };
  await tx.attempt.update({
    where: { id: attempt.id },
    data: { ...graded, version: { increment: 1 } },
  });
  if (score !== undefined) await completeIfPassed(tx, attempt, score, now);
}

/**
 * An attempt that reaches the pass mark completes its quiz's lesson; a lower grade later takes nothing back.
 *
 * @param attempt held like its enrolment by this transaction
 * @param score in hundredths
 */
export async function completeIfPassed(
  tx: Transaction,
  attempt: AttemptRow,
  score: number,
  now: Date,
): Promise<void> {
  if (attempt.lessonId !== null && passes(score, attempt)) {
    await completeLesson(tx, attempt, attempt.lessonId, now);
  }
}

/** In hundredths; undefined while an answer has no score. */
function totalOf(scores: Awaited<ReturnType<typeof findScores>>): number | undefined {
  let total = 0;
  for (const score of scores) {
    if (score === null) return undefined;
    total += toHundredths(score);
  }
  return total;
}

/** @param score in hundredths */
export function passes(
  score: number,
  { maxScore, passPercent }: Pick<AttemptRow, 'maxScore' | 'passPercent'>,
): boolean {
  return score * 100 >= toHundredths(maxScore) * passPercent;
}
