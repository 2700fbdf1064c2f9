/** The worker as a process: killed, stopped in order, and cut off from its stores. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { Redis } from 'ioredis';
import { Client } from 'pg';
import { afterAll, afterEach, beforeAll, expect, inject, test, vi } from 'vitest';
import { z } from 'zod';
import { baseSettings, startApi, type TestApi } from './testing/api.ts';
import { newCourse } from './testing/courses.ts';
import { newLearner } from './testing/learning.ts';
import { newAdministrator, type Person } from './testing/people.ts';
import { type RedisProxy, startRedisProxy } from './testing/redis-proxy.ts';

const program = fileURLToPath(new URL('./worker.ts', import.meta.url));
const ownNumber = 6;
const essays = 6;
const created = z.object({ id: z.uuid() });
const soon = { timeout: 40_000, interval: 200 };

let api: TestApi;
let admin: Person;
let redis: Redis;
let proxy: RedisProxy;
const processes: ChildProcess[] = [];

beforeAll(async () => {
  api = await startApi();
  admin = await newAdministrator(api);
  redis = new Redis(`${inject('redisStateUrl')}/${ownNumber}`);
  await redis.flushdb();
  proxy = await startRedisProxy(inject('redisStateUrl'));
});

afterEach(async () => {
  const running = processes
    .splice(0)
    .filter(({ exitCode, signalCode }) => exitCode === null && signalCode === null);
  await Promise.all(
    running.map((child) => {
      child.kill('SIGKILL');
      return once(child, 'exit');
    }),
  );
});

afterAll(async () => {
  proxy.close();
  redis.disconnect();
  await api.close();
});

/** @param perSecond essays it takes on */
function startWorker(perSecond: number): ChildProcess {
  const child = spawn(process.execPath, [program], {
    stdio: 'inherit',
    env: {
      ...baseSettings(),
      DATABASE_URL: api.config.databaseUrl,
      REDIS_STATE_URL: `${proxy.url}/${ownNumber}`,
      METRICS_PORT: '0',
      GRADING_MAX_PER_SECOND: String(perSecond),
    },
  });
  processes.push(child);
  return child;
}

/** Learners who have submitted an essay each. @returns their attempts */
async function submitEssays(): Promise<readonly string[]> {
  const course = await newCourse(api, admin.token);
  const post = async (path: string, body: object) =>
    created.parse((await api.call(`POST ${path}`, { token: admin.token, body })).body).id;
  const questionId = await post(`/api/v1/courses/${course.id}/questions`, {
    topic: 'Engines',
    difficulty: 'hard',
    prompt: 'Why?',
    question: { kind: 'essay' },
  });
  const quiz = { title: 'Essay', published: true, questions: [{ questionId }] };
  const quizId = await post(`/api/v1/courses/${course.id}/quizzes`, quiz);
  const attempts: string[] = [];
  for (let number = 0; number < essays; number += 1) {
    const { token } = await newLearner(api, course.id);
    const started = await api.call(`POST /api/v1/quizzes/${quizId}/attempts`, { token });
    const { id } = created.parse(started.body);
    const response = { kind: 'essay', text: `Essay ${number}: because ${'so '.repeat(50)}.` };
    await api.call(`PUT /api/v1/attempts/${id}/answers/${questionId}`, {
      token,
      body: { response },
    });
    await api.call(`POST /api/v1/attempts/${id}/submit`, { token, body: {} });
    attempts.push(id);
  }
  return attempts;
}

function countGraded(attempts: readonly string[]): Promise<number> {
  return api.prisma.attempt.count({ where: { id: { in: [...attempts] }, status: 'graded' } });
}

/** Cut every connection that the worker and the API have to the database. */
async function cutConnections(): Promise<void> {
  const client = new Client({ connectionString: api.config.databaseUrl });
  await client.connect();
  await client.query(`
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND usename = current_user AND pid <> pg_backend_pid()`);
  await client.end();
}

function activeJobs(): Promise<number> {
  return redis.llen('bull:grading:active');
}

test('jobs of a killed worker are taken up by another, each with one effect', async () => {
  const attempts = await submitEssays();
  const victim = startWorker(1);
  await vi.waitFor(async () => expect(await activeJobs()).toBe(2), soon);
  victim.kill('SIGKILL');
  await once(victim, 'exit');
  startWorker(100);
  await vi.waitFor(async () => expect(await countGraded(attempts)).toBe(essays), soon);
  const signatures = { where: { attemptId: { in: [...attempts] } } };
  expect(await api.prisma.essaySignature.count(signatures)).toBe(essays);
}, 90_000);

test('a stopped worker finishes what it has in hand, leaves the rest, and exits 0', async () => {
  const attempts = await submitEssays();
  const worker = startWorker(1);
  await vi.waitFor(async () => expect(await activeJobs()).toBe(2), soon);
  worker.kill('SIGTERM');
  const [code] = await once(worker, 'exit');
  expect(code).toBe(0);
  expect(await activeJobs()).toBe(0);
  const graded = await countGraded(attempts);
  expect(graded).toBeGreaterThan(0);
  expect(graded).toBeLessThan(essays);
  startWorker(100);
  await vi.waitFor(async () => expect(await countGraded(attempts)).toBe(essays), soon);
}, 90_000);

test('a worker outlives an outage of Redis and of PostgreSQL’s connections', async () => {
  const worker = startWorker(100);
  await vi.waitFor(async () => expect(await redis.get('lms:queue:exporter')).not.toBeNull(), soon);
  proxy.vanish();
  const attempts = await submitEssays();
  await cutConnections();
  proxy.open();
  await vi.waitFor(async () => expect(await countGraded(attempts)).toBe(essays), soon);
  expect(worker.exitCode).toBeNull();
}, 90_000);
