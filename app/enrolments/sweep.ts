/** What time alone brings about: enrolments expire, and seats that came free are given away. */
import type { PrismaClient } from '../database/generated/client.ts';
import { Problem } from '../problem.ts';
import { changeEnrolment } from './change.ts';
import { findOverdue, findPromotable, promoteWaiting } from './store.ts';

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
    const ids = await prisma.$transaction((tx) => promoteWaiting(tx, courseId, now));
    promoted += ids.length;
  }
  return { expired, promoted };
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
