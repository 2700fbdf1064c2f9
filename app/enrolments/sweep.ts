/** What time alone brings about: enrolments expire, and seats that came free are given away. */
import type { PrismaClient } from '../database/generated/client.ts';
import { Problem } from '../problem.ts';
import { changeEnrolment } from './change.ts';
import { freeSeats } from './enrolment.ts';
import { findOverdue, findPromotable, lockCourse, promoteWaiting } from './store.ts';

/** At most this many of each kind a sweep; the next one goes on. */
const batch = 100;

export interface Swept {
  readonly expired: number;
  readonly promoted: number;
}

/** Safe to run in several processes at once. */
export async function sweepEnrolments(prisma: PrismaClient, now: Date): Promise<Swept> {
  let expired = 0;
  let promoted = 0;
  for (const target of await findOverdue(prisma, now, batch)) {
    const outcome = await expire(prisma, target, now);
    if (outcome) expired += 1;
    promoted += outcome?.promoted.length ?? 0;
  }
  for (const courseId of await findPromotable(prisma, batch)) {
    promoted += await fillSeats(prisma, courseId, now);
  }
  return { expired, promoted };
}

/** @returns how many were promoted */
async function fillSeats(prisma: PrismaClient, courseId: string, now: Date): Promise<number> {
  const ids = await prisma.$transaction(async (tx) => {
    const course = await lockCourse(tx, courseId);
    return course ? promoteWaiting(tx, courseId, freeSeats(course), now) : [];
  });
  return ids.length;
}

/** @returns undefined when another process, or the learner, was faster */
async function expire(
  prisma: PrismaClient,
  target: { readonly courseId: string; readonly userId: string },
  now: Date,
) {
  try {
    return await changeEnrolment(prisma, target, 'expire', 'system', now);
  } catch (error) {
    if (error instanceof Problem) return undefined;
    throw error;
  }
}
