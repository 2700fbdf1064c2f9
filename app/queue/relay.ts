/** The relay: brings jobs from the outbox of committed transactions to their queues. */
import type { PrismaClient } from '../database/generated/client.ts';
import type { Producer } from './producer.ts';
import type { QueueName } from './queues.ts';

/** Jobs brought over at once. */
const batch = 200;
/** Redis may take its time while the rows are held. */
const transactionTimes = { maxWait: 5000, timeout: 15_000 };

interface OutboxRow {
  readonly id: bigint;
  readonly queue: QueueName;
  readonly payload: unknown;
  readonly createdAt: Date;
}

/**
 * Bring over one batch. Several relays may run: each takes rows that no other holds. A row leaves
 * the outbox only after Redis has its job; a crash in between adds the job again under the same id.
 *
 * @returns how many were brought over; rejects, with nothing lost, when either store is away
 */
export async function relayOnce(
  prisma: Pick<PrismaClient, '$transaction' | 'outboxJob'>,
  producer: Pick<Producer, 'add'>,
): Promise<number> {
  const any = await prisma.outboxJob.findFirst({ select: { id: true } });
  if (!any) return 0;
  return prisma.$transaction(async (tx) => {
    const rows = await tx.$queryRaw<OutboxRow[]>`
      SELECT id, queue, payload, created_at AS "createdAt" FROM outbox_jobs
      ORDER BY id LIMIT ${batch} FOR UPDATE SKIP LOCKED`;
    if (rows.length === 0) return 0;
    await producer.add(rows.map((row) => ({ ...row, id: String(row.id) })));
    await tx.outboxJob.deleteMany({ where: { id: { in: rows.map(({ id }) => id) } } });
    return rows.length;
  }, transactionTimes);
}
