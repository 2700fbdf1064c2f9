/** How many jobs were ever added and completed: kept in Redis, so they survive every worker. */
import type { Redis } from 'ioredis';
import type { QueueName } from './queues.ts';

const key = 'lms:queue:totals';

export interface Totals {
  readonly added: number;
  readonly completed: number;
}

export async function countJobs(
  redis: Pick<Redis, 'hincrby'>,
  queue: QueueName,
  what: keyof Totals,
  jobs: number,
): Promise<void> {
  await redis.hincrby(key, `${queue}:${what}`, jobs);
}

export async function readTotals(redis: Pick<Redis, 'hmget'>, queue: QueueName): Promise<Totals> {
  const [added, completed] = await redis.hmget(key, `${queue}:added`, `${queue}:completed`);
  return { added: Number(added ?? 0), completed: Number(completed ?? 0) };
}
