/** One transaction at a time for what belongs to one enrolment: its progress, attempts, completion. */
import type { Prisma } from '../database/generated/client.ts';

/**
 * Hold the enrolment until the end of the transaction.
 *
 * Taken before any row lock. It is no row lock itself, because changes of enrolments hold the
 * course's row first: two orders of locking would end in deadlocks.
 */
export async function holdEnrolment(
  tx: Pick<Prisma.TransactionClient, '$executeRaw'>,
  enrolmentId: string,
): Promise<void> {
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${enrolmentId}, 0))`;
}
