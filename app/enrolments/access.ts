/** Who may look at an enrolment, and as whom. */
import { courseRights } from '../courses/rights.ts';
import type { PrismaClient } from '../database/generated/client.ts';
import type { Caller } from '../http/route.ts';
import { notFound } from '../problem.ts';
import { type EnrolmentRow, findEnrolment } from './store.ts';

/** The enrolment, and as whom the caller sees it: its learner, or a teacher of its course. @throws Problem 404 */
export async function seenEnrolment(
  prisma: PrismaClient,
  enrolmentId: string,
  caller: Caller,
): Promise<{ readonly enrolment: EnrolmentRow; readonly viewer: 'learner' | 'teacher' }> {
  const enrolment = await findEnrolment(prisma, enrolmentId);
  if (!enrolment) throw notFound();
  if (enrolment.learnerId === caller.userId) return { enrolment, viewer: 'learner' };
  const rights = await courseRights(prisma, enrolment.courseId, caller);
  if (!rights.mayTeach) throw notFound();
  return { enrolment, viewer: 'teacher' };
}
