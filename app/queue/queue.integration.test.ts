/** Jobs from commit to completion through real PostgreSQL and Redis, with outages of both. */
import { randomUUID } from 'node:crypto';
import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { Registry } from 'prom-client';
import { afterEach, beforeEach, expect, inject, test, vi } from 'vitest';
import { type Database, openDatabase } from '../database/client.ts';
import { createLog } from '../log.ts';
import { createTestDatabase, type TestDatabase } from '../testing/database.ts';
import { type RedisProxy, startRedisProxy } from '../testing/redis-proxy.ts';
import { createLease } from './lease.ts';
import { addJobs } from './outbox.ts';
import type { Payload } from './queues.ts';
import { type Queues, startQueues } from './start.ts';

const log = createLog('silent');
/** The numbered database of the shared Redis that this file alone uses. */
const ownNumber = 5;
let clone: TestDatabase;
let database: Database;
let proxy: RedisProxy;
let redis: Redis;
let workers: Queues[];

beforeEach(async () => {
  clone = await createTestDatabase();
  database = openDatabase({ url: clone.url, poolSize: 10, log });
  redis = new Redis(`${inject('redisStateUrl')}/${ownNumber}`);
  await redis.flushdb();
  proxy = await startRedisProxy(inject('redisStateUrl'));
  workers = [];
});

afterEach(async () => {
  await Promise.all(workers.map((worker) => worker.stop()));
  proxy.close();
  redis.disconnect();
  await database.close();
  await clone.drop();
});

type Run = (job: Payload<'grading'>) => Promise<unknown>;

function startWorker(run: Run, registry = new Registry(), draw = async () => {}): Queues {
  const worker = startQueues({
    redisUrl: `${proxy.url}/${ownNumber}`,
    prisma: database.prisma,
    registry,
    log,
    gradingMaxPerSecond: 1000,
    jobs: { grading: run, certificates: draw },
  });
  workers.push(worker);
  return worker;
}

function newJob(): Payload<'grading'> {
  return { attemptId: randomUUID(), questionId: randomUUID() };
}

async function promise(jobs: readonly Payload<'grading'>[]): Promise<void> {
  await database.prisma.$transaction((tx) => addJobs(tx, 'grading', jobs));
}

function attemptsOf(jobs: readonly Payload<'grading'>[]): readonly string[] {
  return jobs.map(({ attemptId }) => attemptId).sort();
}

const soon = { timeout: 15_000, interval: 50 };

test('jobs of a commit are done, those of a rollback never exist', async () => {
  const done: Payload<'grading'>[] = [];
  startWorker(async (job) => done.push(job));
  const kept = [newJob(), newJob(), newJob()];
  const rolledBack = database.prisma.$transaction(async (tx) => {
    await addJobs(tx, 'grading', [newJob()]);
    throw new Error('changed my mind');
  });
  await expect(rolledBack).rejects.toThrow('changed my mind');
  await promise(kept);
  await vi.waitFor(() => expect(attemptsOf(done)).toEqual(attemptsOf(kept)), soon);
  expect(await database.prisma.outboxJob.count()).toBe(0);
});

test('commits while Redis is down, again and again, lose no job of any queue', async () => {
  const done: string[] = [];
  const draw = async () => {
    done.push('drawn');
  };
  startWorker(async () => done.push('graded'), new Registry(), draw);
  for (let outage = 1; outage <= 3; outage += 1) {
    proxy.vanish();
    await database.prisma.$transaction(async (tx) => {
      await addJobs(tx, 'grading', [newJob(), newJob()]);
      await addJobs(tx, 'certificates', [{ certificateId: randomUUID() }]);
    });
    expect(await database.prisma.outboxJob.count()).toBe(3);
    proxy.open();
    await vi.waitFor(() => expect(done).toHaveLength(3 * outage), soon);
  }
});

test('several relays bring each job over once', async () => {
  const done: Payload<'grading'>[] = [];
  for (let count = 0; count < 3; count += 1) startWorker(async (job) => done.push(job));
  const jobs = Array.from({ length: 300 }, newJob);
  await promise(jobs);
  await vi.waitFor(() => expect(done).toHaveLength(300), soon);
  expect(attemptsOf(done)).toEqual(attemptsOf(jobs));
  expect(await redis.hgetall('lms:queue:totals')).toMatchObject({ 'grading:added': '300' });
});

test('a failing job is tried three times and then kept as a dead letter', async () => {
  let tries = 0;
  startWorker(async () => {
    tries += 1;
    throw new Error('cannot');
  });
  await promise([newJob()]);
  const queue = new Queue('grading', { connection: redis });
  await vi.waitFor(async () => expect(await queue.getFailedCount()).toBe(1), soon);
  expect(tries).toBe(3);
});

test('a job that meets a database outage is not used up by it', async () => {
  let tries = 0;
  startWorker(async () => {
    tries += 1;
    if (tries <= 4) throw Object.assign(new Error('connection terminated'), { code: '57P01' });
  });
  await promise([newJob()]);
  const queue = new Queue('grading', { connection: redis });
  await vi.waitFor(async () => expect(await queue.getCompletedCount()).toBe(1), {
    timeout: 28_000,
    interval: 100,
  });
  expect(tries).toBe(5);
  expect(await queue.getFailedCount()).toBe(0);
});

test('stopping waits for the job in hand and takes no other', async () => {
  const begun = Promise.withResolvers<void>();
  const finish = Promise.withResolvers<void>();
  const done: string[] = [];
  const worker = startWorker(async ({ attemptId }) => {
    begun.resolve();
    await finish.promise;
    done.push(attemptId);
  });
  await promise(Array.from({ length: 5 }, newJob));
  await begun.promise;
  const stopped = worker.stop();
  workers.pop();
  finish.resolve();
  await stopped;
  expect(done.length).toBeGreaterThan(0);
  expect(done.length).toBeLessThan(5);
  const queue = new Queue('grading', { connection: redis });
  expect(await queue.getJobCounts('active', 'waiting')).toEqual({
    active: 0,
    waiting: 5 - done.length,
  });
});

test('one worker at a time exports the gauges, another one after it has gone', async () => {
  const registries = [new Registry(), new Registry()];
  const [first] = registries.map((registry) => startWorker(async () => undefined, registry));
  const exported = async () => {
    const texts = await Promise.all(registries.map((registry) => registry.metrics()));
    return texts.map((text) => text.includes('lms_queue_jobs{queue="grading",state="waiting"}'));
  };
  const oneOf = async () => expect((await exported()).filter(Boolean)).toHaveLength(1);
  await vi.waitFor(oneOf, soon);
  const holder = (await exported()).indexOf(true);
  const stopping = holder === 0 ? first : workers[1];
  workers = workers.filter((worker) => worker !== stopping);
  await stopping?.stop();
  await vi.waitFor(async () => expect((await exported())[1 - holder]).toBe(true), soon);
  expect((await exported())[holder]).toBe(false);
});

test('the gauges tell depth, age and totals, and nothing at all while Redis is away', async () => {
  const registry = new Registry();
  const held = Promise.withResolvers<void>();
  startWorker(() => held.promise, registry);
  await promise(Array.from({ length: 5 }, newJob));
  const metric = async (name: string) =>
    (await registry.metrics()).split('\n').find((line) => line.startsWith(name));
  const waiting = 'lms_queue_jobs{queue="grading",state="waiting"}';
  await vi.waitFor(async () => expect(await metric(waiting)).toBe(`${waiting} 3`), soon);
  expect(await metric('lms_queue_jobs{queue="grading",state="active"}')).toMatch(/ 2$/);
  expect(await metric('lms_queue_added_total{queue="grading"}')).toMatch(/ 5$/);
  const age = await metric('lms_queue_oldest_job_age_seconds{queue="grading"}');
  expect(Number(age?.split(' ')[1])).toBeGreaterThan(0);
  proxy.vanish();
  await vi.waitFor(async () => expect(await metric(waiting)).toBeUndefined(), soon);
  proxy.open();
  held.resolve();
  const completed = 'lms_queue_completed_total{queue="grading"}';
  await vi.waitFor(async () => expect(await metric(completed)).toBe(`${completed} 5`), soon);
});

test('a lease is held by one, ends by itself, and is never taken back by its former holder', async () => {
  let now = 0;
  const holders = ['a', 'b'].map((holder) =>
    createLease(redis, { key: 'lease', holder, durationMs: 60_000 }, () => now),
  );
  const [a, b] = holders;
  if (!a || !b) throw new Error('two holders');
  await a.renew();
  await b.renew();
  expect([a.isMine(), b.isMine()]).toEqual([true, false]);
  now = 60_000;
  expect(a.isMine()).toBe(false);
  await redis.del('lease');
  await b.renew();
  await a.renew();
  expect([a.isMine(), b.isMine()]).toEqual([false, true]);
  await a.release();
  expect(await redis.get('lease')).toBe('b');
});
