/** The queues as Prometheus sees them: read at each scrape, exported by whoever holds the lease. */
import { Counter, Gauge, type Registry } from 'prom-client';
import type { Lease } from './lease.ts';
import type { Producer, QueueState } from './producer.ts';
import { type QueueName, queueNames } from './queues.ts';

const states = ['waiting', 'active', 'delayed', 'failed'] as const;
/** The four metrics of one scrape share one look. */
const sharedMs = 500;

type Look = ReadonlyMap<QueueName, QueueState>;

/**
 * Export the state of all queues while `lease` is ours, and nothing otherwise or when Redis cannot
 * tell: an absent series is honest, a stale one is not.
 */
export function exportQueueMetrics(
  registry: Registry,
  producer: Pick<Producer, 'look'>,
  lease: Pick<Lease, 'isMine'>,
  now: () => number = Date.now,
): void {
  const registers = [registry];
  const look = shareLooks(() => (lease.isMine() ? lookAtAll(producer, now()) : emptyLook), now);
  new Gauge({
    name: 'lms_queue_jobs',
    help: 'Jobs by queue and state; failed ones are dead letters.',
    labelNames: ['queue', 'state'],
    registers,
    async collect() {
      const seen = await look();
      this.reset();
      for (const [queue, counts] of seen) {
        for (const state of states) this.set({ queue, state }, counts[state]);
      }
    },
  });
  new Gauge({
    name: 'lms_queue_oldest_job_age_seconds',
    help: 'Age of the oldest waiting job; 0 when none waits.',
    labelNames: ['queue'],
    registers,
    async collect() {
      const seen = await look();
      this.reset();
      for (const [queue, { oldestJobAgeSeconds }] of seen) this.set({ queue }, oldestJobAgeSeconds);
    },
  });
  for (const total of ['added', 'completed'] as const) {
    new Counter({
      name: `lms_queue_${total}_total`,
      help: `Jobs ever ${total}, counted in Redis.`,
      labelNames: ['queue'],
      registers,
      async collect() {
        const seen = await look();
        this.reset();
        for (const [queue, counts] of seen) this.inc({ queue }, counts[total]);
      },
    });
  }
}

const emptyLook: Promise<Look> = Promise.resolve(new Map());

async function lookAtAll(producer: Pick<Producer, 'look'>, nowMs: number): Promise<Look> {
  const looks = queueNames.map(async (name) => [name, await producer.look(name, nowMs)] as const);
  try {
    return new Map(await Promise.all(looks));
  } catch {
    return new Map();
  }
}

function shareLooks(look: () => Promise<Look>, now: () => number): () => Promise<Look> {
  let latest: { readonly at: number; readonly seen: Promise<Look> } | undefined;
  return () => {
    if (!latest || now() - latest.at >= sharedMs) latest = { at: now(), seen: look() };
    return latest.seen;
  };
}
