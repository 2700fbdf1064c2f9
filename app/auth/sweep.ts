/** Forgetting what no longer counts: ended sessions, and answers kept for repeated requests. */
import type { PrismaClient } from '../database/generated/client.ts';

/** Rows a sweep takes at a time, so that none holds locks for long. */
const batch = 1000;

/**
 * Delete sessions that ended or expired more than a day ago, with their tokens, and keyed answers
 * older than their day.
 *
 * @returns rows deleted; fewer than there are when there are many
 */
export async function sweepSessions(prisma: PrismaClient): Promise<number> {
  const families = await prisma.$executeRaw`
    DELETE FROM refresh_families WHERE id IN (
      SELECT id FROM refresh_families
      WHERE expires_at < now() - interval '1 day' OR ended_at < now() - interval '1 day'
      LIMIT ${batch})`;
  const answers = await prisma.$executeRaw`
    DELETE FROM idempotency_keys WHERE ctid IN (
      SELECT ctid FROM idempotency_keys WHERE created_at < now() - interval '1 day'
      LIMIT ${batch})`;
  return families + answers;
}
