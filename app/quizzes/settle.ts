/** What follows when an attempt's answers are graded: its score, and the lesson that it completes. */
import { completeLesson } from '../progress/record.ts';
import { type AnswerRow, type AttemptRow, findAnswers, type Transaction } from './attempts.ts';
import { fromHundredths, toHundredths } from './points.ts';

/**
 * Give a submitted attempt its score once no answer waits for a grade, and a new version. An attempt that reaches the
 * pass mark completes its quiz's lesson; a lower grade later takes nothing back.
 *
 * @param attempt submitted or graded, and like its enrolment held by this transaction
 */
export async function settleAttempt(
  tx: Transaction,
  attempt: AttemptRow,
  now: Date,
): Promise<void> {
  const answers = await findAnswers(tx, attempt.id);
  const score = totalOf(answers);
  const graded = score !== undefined && {
    status: 'graded' as const,
    score: fromHundredths(score),
    gradedAt: now,
  };
  await tx.attempt.update({
    where: { id: attempt.id },
    data: { ...graded, version: { increment: 1 } },
  });
  if (score === undefined) return;
  if (attempt.lessonId !== null && passes(score, attempt)) {
    await completeLesson(tx, attempt, attempt.lessonId, now);
  }
}

/** In hundredths; undefined while an answer has no score. */
function totalOf(answers: readonly Pick<AnswerRow, 'score'>[]): number | undefined {
  let total = 0;
  for (const { score } of answers) {
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
