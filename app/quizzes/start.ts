/** Starting an attempt at a quiz, or going on with the open one. */
import { randomInt } from 'node:crypto';
import type { PrismaClient } from '../database/generated/client.ts';
import { conflict } from '../problem.ts';
import { deadlineOf, phaseAt } from './clock.ts';
import { drawQuestions } from './draw.ts';
import { fromHundredths, toHundredths } from './points.ts';
import { findPast, insertAttempt } from './starts.ts';
import type { QuizRow } from './store.ts';
import { closeAbandoned } from './submit.ts';

export interface Start {
  readonly quiz: QuizRow;
  readonly enrolmentId: string;
}

export interface Started {
  readonly attemptId: string;
  /** False: the learner had one open, and goes on with that. */
  readonly isNew: boolean;
}

/**
 * Start an attempt, or go on with the open one. Asked twice at once it starts one: the database holds that a learner has
 * one open attempt at a quiz, and one of each number.
 *
 * @throws Problem 409 when the quiz is not open or no attempt is left
 */
export async function startAttempt(
  prisma: Pick<PrismaClient, '$transaction' | '$queryRaw'>,
  { quiz, enrolmentId }: Start,
  now: Date,
): Promise<Started> {
  const { attempts, questions } = await findPast(prisma, { quizId: quiz.id, enrolmentId });
  const open = attempts.find(({ status }) => status === 'open');
  if (open && phaseAt({ ...quiz, ...open }, now) !== 'over') {
    return { attemptId: open.id, isNew: false };
  }
  if (open) await closeAbandoned(prisma, open.id, now);
  const number = Math.max(0, ...attempts.map((attempt) => attempt.number)) + 1;
  checkOpen(quiz, number, now);
  const { questionCount: drawCount, shuffle } = quiz;
  const drawn = drawQuestions(questions, { drawCount, shuffle }, randomRatio);
  if (drawn.length === 0) throw conflict('quiz-empty', 'It has no questions.');
  const maxScore = drawn.reduce((total, { points }) => total + toHundredths(points), 0);
  const attemptId = await insertAttempt(prisma, {
    quizId: quiz.id,
    enrolmentId,
    number,
    startedAt: now,
    deadlineAt: deadlineOf(now, quiz),
    maxScore: fromHundredths(maxScore),
    questions: drawn,
  });
  // Another request of the learner was faster: look again.
  if (attemptId === undefined) return startAttempt(prisma, { quiz, enrolmentId }, now);
  return { attemptId, isNew: true };
}

function checkOpen({ opensAt, closesAt, attemptsAllowed }: QuizRow, number: number, now: Date) {
  if (opensAt && opensAt > now) throw conflict('quiz-not-open', 'It opens later.');
  if (closesAt && closesAt <= now) throw conflict('quiz-closed', 'It has closed.');
  if (attemptsAllowed !== null && number > attemptsAllowed) {
    throw conflict('no-attempts-left', `All ${attemptsAllowed} attempts are used.`);
  }
}

function randomRatio(): number {
  return randomInt(2 ** 32) / 2 ** 32;
}
