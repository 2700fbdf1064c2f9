/** Who may write quizzes; what a caller may see of a quiz and of an attempt, and as whom. */
import { courseRights } from '../courses/rights.ts';
import type { PrismaClient } from '../database/generated/client.ts';
import { isLearning } from '../enrolments/enrolment.ts';
import { versionTag } from '../http/precondition.ts';
import type { Answer, Caller } from '../http/route.ts';
import { notFound } from '../problem.ts';
import { findKeys } from './answers.ts';
import { findSheet, type Sheet } from './attempts.ts';
import { present, type QuizParts } from './parts.ts';
import { findQuiz, type Met } from './store.ts';
import { isReleased, showAttempt, type Viewer } from './view.ts';

/** Of the entity tags that teachers get for an attempt, to grade it by. */
export const gradingTagPrefix = 'a';

/** @throws Problem 404 for those who neither teach nor edit the course */
export async function requireAuthor(
  prisma: PrismaClient,
  courseId: string,
  caller: Caller,
): Promise<void> {
  const rights = await courseRights(prisma, courseId, caller);
  if (!rights.mayTeach && !rights.mayEdit) throw notFound();
}

/** The quiz as the caller may see it. @throws Problem 404 */
export async function visibleQuiz(
  { prisma, now = present }: QuizParts,
  quizId: string,
  caller: Caller,
): Promise<Met & { readonly teaches: boolean }> {
  const met = await findQuiz(prisma, quizId, caller.userId, now());
  if (!met) throw notFound();
  const { quiz, admission } = met;
  if (quiz.publishedAt && admission && isLearning(admission.status)) {
    return { quiz, admission, teaches: false };
  }
  const rights = await courseRights(prisma, quiz.courseId, caller);
  if (!rights.maySee) throw notFound();
  return { quiz, admission, teaches: rights.mayTeach };
}

/** The attempt, and as whom the caller sees it. @throws Problem 404 */
export async function seenAttempt(
  { prisma }: QuizParts,
  attemptId: string,
  caller: Caller,
): Promise<{ readonly sheet: Sheet; readonly viewer: Viewer }> {
  const sheet = await findSheet(prisma, attemptId);
  if (!sheet) throw notFound();
  if (sheet.userId === caller.userId) return { sheet, viewer: 'learner' };
  const rights = await courseRights(prisma, sheet.courseId, caller);
  if (!rights.mayTeach) throw notFound();
  return { sheet, viewer: 'teacher' };
}

/** The attempt as it is now, in the view that is the caller's. @throws Problem 404 */
export async function answerAttempt(
  parts: QuizParts,
  attemptId: string,
  caller: Caller,
): Promise<Answer> {
  const { prisma, now = present } = parts;
  const { sheet, viewer } = await seenAttempt(parts, attemptId, caller);
  const released = isReleased(sheet, viewer, now());
  const body = showAttempt(sheet, released ? await findKeys(prisma, attemptId) : undefined);
  // Saving an answer raises no version, so an open attempt has no tag.
  if (sheet.status === 'open') return { status: 200, body };
  const prefix = viewer === 'teacher' ? gradingTagPrefix : released ? 'released-' : 'unreleased-';
  return { status: 200, body, etag: versionTag(prefix, sheet.version) };
}
