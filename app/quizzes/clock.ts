/** The server's clock over an attempt: until when answers are taken, and what is late. */

export interface Timing {
  readonly deadlineAt: Date | null;
  readonly lateGraceSeconds: number;
}

/** The earlier of the time limit and the quiz's closing; null: neither. */
export function deadlineOf(
  startedAt: Date,
  quiz: { readonly timeLimitSeconds: number | null; readonly closesAt: Date | null },
): Date | null {
  const limit =
    quiz.timeLimitSeconds === null
      ? null
      : new Date(startedAt.getTime() + quiz.timeLimitSeconds * 1000);
  if (!limit || !quiz.closesAt) return limit ?? quiz.closesAt;
  return new Date(Math.min(limit.getTime(), quiz.closesAt.getTime()));
}

/**
 * `running` up to and at the deadline, `late` within the grace after it (answers still count, and
 * the attempt is marked), then `over`.
 */
export function phaseAt({ deadlineAt, lateGraceSeconds }: Timing, now: Date): Phase {
  if (!deadlineAt || now <= deadlineAt) return 'running';
  return now.getTime() <= deadlineAt.getTime() + lateGraceSeconds * 1000 ? 'late' : 'over';
}

export type Phase = 'running' | 'late' | 'over';

/** Whether a learner may see how the answers were graded, and the key. */
export function mayReview(
  attempt: { readonly status: 'open' | 'submitted' | 'graded' },
  quiz: { readonly reviewPolicy: 'never' | 'graded' | 'closed'; readonly closesAt: Date | null },
  now: Date,
): boolean {
  if (attempt.status !== 'graded' || quiz.reviewPolicy === 'never') return false;
  return quiz.reviewPolicy === 'graded' || (quiz.closesAt !== null && quiz.closesAt <= now);
}
