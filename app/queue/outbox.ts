/** Jobs promised within a transaction: they exist if, and only if, it commits. */
import { Prisma } from '../database/generated/client.ts';
import type { Payload, QueueName } from './queues.ts';

/** Part of a transaction. The relay brings the jobs to their queue after the commit. */
export async function addJobs<Q extends QueueName>(
  transaction: Pick<Prisma.TransactionClient, '$executeRaw'>,
  queue: Q,
  payloads: readonly Payload<Q>[],
): Promise<void> {
  await transaction.$executeRaw(jobsStatement(queue, payloads));
}

/** The same as a statement, to be part of a greater one. */
export function jobsStatement<Q extends QueueName>(
  queue: Q,
  payloads: readonly Payload<Q>[],
): Prisma.Sql {
  return Prisma.sql`
    INSERT INTO outbox_jobs (queue, payload)
    SELECT ${queue}, payload FROM jsonb_array_elements(${JSON.stringify(payloads)}::jsonb) AS payload`;
}
