/** Everything of the queues that one worker runs: consumers, the relay, the exporter's lease. */
import { randomUUID } from 'node:crypto';
import type { Registry } from 'prom-client';
import type { PrismaClient } from '../database/generated/client.ts';
import type { Log } from '../log.ts';
import { connectRedis } from '../redis.ts';
import { connectQueueRedis } from './connection.ts';
import { type Consumer, consume } from './consumer.ts';
import { createLease, type Lease } from './lease.ts';
import { exportQueueMetrics } from './metrics.ts';
import { createPace } from './pace.ts';
import { createProducer } from './producer.ts';
import type { Payload, QueueName } from './queues.ts';
import { relayOnce } from './relay.ts';
import { repeat } from './repeat.ts';
import { countJobs } from './totals.ts';

interface QueuesOptions {
  readonly redisUrl: string;
  readonly prisma: PrismaClient;
  readonly registry: Registry;
  readonly log: Log;
  readonly gradingMaxPerSecond: number;
  /** What the jobs of each queue do; doing one twice must change nothing. */
  readonly jobs: { readonly [Q in QueueName]: (payload: Payload<Q>) => Promise<unknown> };
}

export interface Queues {
  /** Held by the one worker that exports what concerns all of them. */
  readonly exporter: Pick<Lease, 'isMine'>;
  /** Resolves while Redis answers. */
  readonly ping: () => Promise<unknown>;
  /** Take no more jobs, finish those begun, close the connections. */
  readonly stop: () => Promise<void>;
}

/** Jobs of one queue that a worker has in hand. */
const gradingConcurrency = 2;
const certificatesConcurrency = 1;
const relayIdleMs = 500;
const relayLongestMs = 5000;
const lease = { key: 'lms:queue:exporter', durationMs: 6000, renewMs: 2000 };

export function startQueues(options: QueuesOptions): Queues {
  const { redisUrl, prisma, registry, log, jobs } = options;
  const quick = connectRedis(redisUrl, { name: 'lms-queues', commandTimeoutMs: 5000 }, log);
  const patient = connectQueueRedis(redisUrl, 'lms-worker', log);
  const producer = createProducer(quick, log);
  const exporter = createLease(quick, { ...lease, holder: randomUUID() });
  exportQueueMetrics(registry, producer, exporter);

  const shared = <Q extends QueueName>(queue: Q) => ({
    queue,
    run: jobs[queue],
    onCompleted: () => countJobs(patient, queue, 'completed', 1),
    redis: patient,
    log,
  });
  const consumers: readonly Consumer[] = [
    consume({
      ...shared('grading'),
      concurrency: gradingConcurrency,
      pace: createPace(options.gradingMaxPerSecond),
    }),
    consume({ ...shared('certificates'), concurrency: certificatesConcurrency }),
  ];
  const relay = repeat(() => relayOnce(prisma, producer), {
    name: 'relay',
    idleMs: relayIdleMs,
    longestMs: relayLongestMs,
    log,
  });
  const renewal = repeat(() => exporter.renew().then(() => 0), {
    name: 'exporter lease',
    idleMs: lease.renewMs,
    longestMs: lease.renewMs,
    log,
  });

  return {
    exporter,
    ping: () => quick.ping(),
    stop: async () => {
      const closing = consumers.map((consumer) => consumer.close());
      await Promise.all([relay.stop(), renewal.stop(), ...closing]);
      await exporter.release();
      await producer.close();
      quick.disconnect();
      patient.disconnect();
    },
  };
}
