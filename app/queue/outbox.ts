/** Jobs promised within a transaction: they exist if, and only if, it commits. */
import type { Prisma } from '../database/generated/client.ts';
import type { Payload, QueueName } from './queues.ts';

/** Part of a transaction. The relay brings the jobs to their queue after the commit. */
export async function addJobs<Q extends QueueName>(
  transaction: Pick<Prisma.TransactionClient, 'outboxJob'>,
  queue: Q,
  payloads: readonly Payload<Q>[],
): Promise<void> {
  if (payloads.length === 0) return;
  const data = payloads.map((payload) => ({ queue, payload }));
  await transaction.outboxJob.createMany({ data });
}
