/** Attempts that nobody submitted are submitted when their time is over. */
import type { PrismaClient } from '../database/generated/client.ts';
import { findAbandoned } from './attempts.ts';
import { closeAbandoned } from './submit.ts';

const batch = 100;

/** Safe to run in several processes at once. @returns how many were submitted */
export async function sweepAttempts(prisma: PrismaClient, now: Date): Promise<number> {
  let closed = 0;
  for (const id of await findAbandoned(prisma, now, batch)) {
    if (await closeAbandoned(prisma, id, now)) closed += 1;
  }
  return closed;
}
