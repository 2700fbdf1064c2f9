/** What the routes of quizzes share: their parts, their tag and the ids in their paths. */
import { z } from 'zod';
import type { PrismaClient } from '../database/generated/client.ts';
import type { Cursors } from '../http/cursor.ts';

export interface QuizParts {
  readonly prisma: PrismaClient;
  readonly cursors: Cursors;
  readonly now?: () => Date;
}

export const present = () => new Date();

export const tag = 'quizzes';
export const inCourse = z.strictObject({ courseId: z.uuid() });
export const ofQuiz = z.strictObject({ quizId: z.uuid() });
export const ofAttempt = z.strictObject({ attemptId: z.uuid() });
export const ofAnswer = z.strictObject({ attemptId: z.uuid(), questionId: z.uuid() });
export const created = z.strictObject({ id: z.uuid() });
/** A moment in answers, and in bodies before it becomes a Date. */
export const time = z.iso.datetime({ offset: true });
