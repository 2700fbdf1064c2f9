/** A worker of one queue: takes jobs, retries failed ones, and never drops one for an outage. */
import { setTimeout as sleep } from 'node:timers/promises';
import { DelayedError, type Job, UnrecoverableError, Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import { ZodError } from 'zod';
import type { Log } from '../log.ts';
import { toProblem } from '../problem.ts';
import type { Pace } from './pace.ts';
import { type Payload, parsePayload, type QueueName } from './queues.ts';

export interface Consumer {
  /** Take no more jobs; resolves when those begun are done. */
  readonly close: () => Promise<void>;
}

export interface ConsumerOptions<Q extends QueueName> {
  readonly queue: Q;
  /** Does the job; doing it a second time must change nothing. */
  readonly run: (payload: Payload<Q>) => Promise<unknown>;
  readonly onCompleted: () => Promise<void>;
  /** Jobs at a time. */
  readonly concurrency: number;
  /** How often jobs may begin; undefined: as fast as it goes. */
  readonly pace?: Pace | undefined;
  readonly redis: Redis;
  readonly log: Log;
}

/** A job whose worker was killed is taken up again after the lock and one check. */
const lockMs = 10_000;
const stalledCheckMs = 5000;
/** Killed workers before a job counts as the killer. */
const maxStalled = 5;
const outagePauseMs = 2000;
/** For telling Redis the outcome of the last job. */
const reportMs = 2000;

export function consume<Q extends QueueName>(options: ConsumerOptions<Q>): Consumer {
  const { queue, log, redis, concurrency } = options;
  const inHand = new Set<Promise<void>>();
  const run = async (job: Job, token: string | undefined): Promise<void> => {
    const running = runJob(options, job, token);
    inHand.add(running);
    await running.finally(() => inHand.delete(running));
  };
  const worker = new Worker(queue, run, {
    connection: redis,
    concurrency,
    lockDuration: lockMs,
    stalledInterval: stalledCheckMs,
    maxStalledCount: maxStalled,
  });
  worker.on('error', ({ message }) => log.debug({ queue, reason: message }, 'worker error'));
  worker.on('stalled', (job) => log.warn({ queue, job }, 'job lost its worker'));
  worker.on('completed', () => {
    options.onCompleted().catch((err: unknown) => log.warn({ queue, err }, 'job not counted'));
  });
  worker.on('failed', (job, err) => {
    const fields = { queue, job: job?.id, tries: job?.attemptsMade, err };
    if (job?.finishedOn === undefined) log.warn(fields, 'job failed, to be tried again');
    else log.error(fields, 'job failed for good');
  });
  return { close: () => closeWorker(worker, inHand) };
}

/** BullMQ waits for its connections too, in vain while they reconnect; we wait for the jobs. */
async function closeWorker(worker: Worker, inHand: ReadonlySet<Promise<void>>): Promise<void> {
  const closed = worker.close();
  while (inHand.size > 0) await Promise.allSettled(inHand);
  await Promise.race([closed, sleep(reportMs)]);
}

async function runJob<Q extends QueueName>(
  { queue, run, pace, log }: ConsumerOptions<Q>,
  job: Job,
  token: string | undefined,
): Promise<void> {
  const now = performance.now();
  if (pace) await sleep(pace(now) - now);
  try {
    await run(parsePayload(queue, job.data));
  } catch (error) {
    if (error instanceof ZodError) throw new UnrecoverableError('the job says nothing we know');
    if (toProblem(error).status !== 503) throw error;
    log.warn({ queue, job: job.id, err: error }, 'job waits for the database');
    await job.moveToDelayed(Date.now() + outagePauseMs * (1 + Math.random()), token);
    throw new DelayedError();
  }
}
