/** The queues from the outside: adding jobs and looking how many there are. */
import { Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import type { Log } from '../log.ts';
import { type QueueName, queueNames } from './queues.ts';
import { countJobs, readTotals, type Totals } from './totals.ts';

/** A job on its way from the outbox to its queue. */
interface PromisedJob {
  /** The outbox's number for it, the same at every try: adding it twice leaves one. */
  readonly id: string;
  readonly queue: QueueName;
  readonly payload: unknown;
  readonly createdAt: Date;
}

export interface QueueState extends Totals {
  readonly waiting: number;
  readonly active: number;
  readonly delayed: number;
  /** Jobs that failed three times: the dead letters. */
  readonly failed: number;
  /** 0 when nothing waits. */
  readonly oldestJobAgeSeconds: number;
}

export interface Producer {
  /** Rejects when Redis does not have them all; then some may be in their queue. */
  readonly add: (jobs: readonly PromisedJob[]) => Promise<void>;
  readonly look: (queue: QueueName, nowMs: number) => Promise<QueueState>;
  readonly close: () => Promise<void>;
}

const tries = 3;

const jobOptions = {
  attempts: tries,
  backoff: { type: 'exponential', delay: 1000, jitter: 0.5 },
  removeOnComplete: { age: 3600, count: 5000 },
  removeOnFail: { age: 14 * 24 * 3600 },
} as const;

/** @param redis whose commands reject while it is away; it stays open when the producer closes */
export function createProducer(redis: Redis, log: Log): Producer {
  const open = (name: QueueName) => {
    const queue = new Queue(name, { connection: redis, defaultJobOptions: jobOptions });
    queue.on('error', ({ message }) => log.debug({ queue: name, reason: message }, 'queue error'));
    return queue;
  };
  const queues = { grading: open('grading'), certificates: open('certificates') };

  return {
    add: async (jobs) => {
      if (redis.status !== 'ready') throw new Error('adding jobs: the state Redis is away');
      for (const [name, group] of Map.groupBy(jobs, ({ queue }) => queue)) {
        await queues[name].addBulk(group.map(toBulkJob));
        await countJobs(redis, name, 'added', group.length);
      }
    },
    look: async (name, nowMs) => {
      if (redis.status !== 'ready') throw new Error('looking at a queue: the state Redis is away');
      const [counts, [oldest], totals] = await Promise.all([
        queues[name].getJobCounts('waiting', 'active', 'delayed', 'failed'),
        queues[name].getJobs(['waiting'], 0, 0, true),
        readTotals(redis, name),
      ]);
      return {
        waiting: counts.waiting ?? 0,
        active: counts.active ?? 0,
        delayed: counts.delayed ?? 0,
        failed: counts.failed ?? 0,
        ...totals,
        oldestJobAgeSeconds: oldest ? Math.max(0, nowMs - oldest.timestamp) / 1000 : 0,
      };
    },
    close: async () => {
      await Promise.all(queueNames.map((name) => queues[name].close()));
    },
  };
}

/** The id tells apart jobs of the same number from before and after a restored backup. */
function toBulkJob({ id, queue, payload, createdAt }: PromisedJob) {
  const timestamp = createdAt.getTime();
  return { name: queue, data: payload, opts: { jobId: `outbox-${id}-${timestamp}`, timestamp } };
}
