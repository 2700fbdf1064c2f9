/** The LMS behind a real PgBouncer in transaction mode, with far fewer servers than clients: nothing may rely on a session. */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest';
import { z } from 'zod';
import { baseSettings, startApi, type TestApi } from '../../app/testing/api.ts';
import { newCourse } from '../../app/testing/courses.ts';
import { createTestDatabase, type TestDatabase } from '../../app/testing/database.ts';
import { type Learner, newLearner } from '../../app/testing/learning.ts';
import { newAdministrator, type Person } from '../../app/testing/people.ts';
import { pooledUrl, poolerFiles, poolerPort } from '../../operator/pgbouncer/files.ts';
import { buildDataImage } from '../cluster/images.ts';
import { makeCertificates } from './certificates.ts';
import { startPoolerPod } from './pooler.ts';

const servers = 2;
/** Of the database in the state Redis. */
const ownNumber = 7;
const soon = { timeout: 40_000, interval: 200 };
const created = z.object({ id: z.uuid() });

let database: TestDatabase;
let api: TestApi;
let admin: Person;
let direct: pg.Client;
let worker: ChildProcess | undefined;

beforeAll(async () => {
  database = await behindPooler(await createTestDatabase());
  api = await startApi({ DATABASE_POOL_SIZE: '20' }, database);
  admin = await newAdministrator(api);
  direct = new pg.Client({ connectionString: database.ownerUrl });
  await direct.connect();
});
afterAll(async () => {
  worker?.kill('SIGKILL');
  await direct?.end();
  await api?.close();
});

/** The same database, the application's connections through a PgBouncer, as the operator configures it. */
async function behindPooler({ url, ownerUrl, drop }: TestDatabase): Promise<TestDatabase> {
  const { pooler: tls } = makeCertificates();
  const target = new URL(url);
  target.host = `${inject('databaseAddress')}:5432`;
  const files = poolerFiles({ databaseUrl: target.href, floor: servers, tls });
  // The application of the test runs outside the pod.
  const fromOutside = { 'hba.conf': `${files['hba.conf']}host all lms 0.0.0.0/0 scram-sha-256\n` };
  const image = await buildDataImage('pgbouncer');
  const pod = await startPoolerPod(image, randomUUID(), { ...files, ...fromOutside });
  const address = `${pod.where.address}:${poolerPort}`;
  return {
    url: pooledUrl(url).replace(`127.0.0.1:${poolerPort}`, address),
    ownerUrl,
    drop: async () => {
      await pod.remove();
      await drop();
    },
  };
}

async function post(path: string, body: object): Promise<string> {
  return created.parse((await api.call(`POST ${path}`, { token: admin.token, body })).body).id;
}

/** How many connections the application has in PostgreSQL's own view. */
async function countServers(): Promise<number> {
  const { rows } = await direct.query(
    "select count(*)::int from pg_stat_activity where datname = current_database() and usename = 'lms'",
  );
  return rows[0].count;
}

/** One of many learners at once: refresh the session, finish the lessons, pass the quiz, see it all. @returns statuses */
async function study(
  learner: Learner,
  lessonIds: readonly string[],
  quizId: string,
  questionId: string,
): Promise<readonly number[]> {
  const { token, refreshToken, enrolmentId } = learner;
  const statuses: number[] = [];
  const ask = async (target: string, body?: object) => {
    const reply = await api.call(target, { token, ...(body && { body }) });
    statuses.push(reply.status);
    return reply;
  };
  await ask('POST /api/v1/auth/refresh', { refreshToken });
  const started = await ask(`POST /api/v1/quizzes/${quizId}/attempts`);
  const { id } = created.parse(started.body);
  const response = { kind: 'essay', text: `Because ${'so '.repeat(30)}.` };
  await ask(`PUT /api/v1/attempts/${id}/answers/${questionId}`, { response });
  await ask(`POST /api/v1/attempts/${id}/submit`, {});
  const events = lessonIds.map((lessonId) => ({
    id: randomUUID(),
    lessonId,
    type: 'completed',
    occurredAt: new Date().toISOString(),
  }));
  // Both at once: the transactions of one enrolment take turns by an advisory lock.
  await Promise.all(
    events.map((event) =>
      ask(`POST /api/v1/enrolments/${enrolmentId}/progress-events`, { events: [event] }),
    ),
  );
  await ask(`PUT /api/v1/enrolments/${enrolmentId}/certificate`);
  await ask('GET /api/v1/courses');
  await ask(`GET /api/v1/attempts/${id}`);
  return statuses;
}

test('what learners and a worker do works with two servers for more than twenty clients', async () => {
  const course = await newCourse(api, admin.token, { capacity: 12 });
  const questionId = await post(`/api/v1/courses/${course.id}/questions`, {
    topic: 'Engines',
    difficulty: 'hard',
    prompt: 'Why?',
    question: { kind: 'essay' },
  });
  const quiz = { title: 'Essay', published: true, questions: [{ questionId }] };
  const quizId = await post(`/api/v1/courses/${course.id}/quizzes`, quiz);

  const everyone = await Promise.all(Array.from({ length: 15 }, () => newLearner(api, course.id)));
  const active = await api.prisma.enrolment.findMany({
    where: { courseId: course.id, status: 'active' },
    select: { id: true },
  });
  expect(active).toHaveLength(12);
  const seated = everyone.filter(({ enrolmentId }) => active.some(({ id }) => id === enrolmentId));

  let most = 0;
  const look = setInterval(async () => {
    most = Math.max(most, await countServers());
  }, 50);
  const statuses = await Promise.all(
    seated.map((each) => study(each, course.lessonIds, quizId, questionId)),
  );
  clearInterval(look);
  expect(statuses.flat().filter((status) => status >= 300)).toEqual([]);
  expect(most).toBe(servers);
  const issued = { where: { enrolmentId: { in: active.map(({ id }) => id) } } };
  expect(await api.prisma.certificate.count(issued)).toBe(12);

  worker = startWorker();
  const graded = { where: { quizId, status: 'graded' } } as const;
  await vi.waitFor(async () => expect(await api.prisma.attempt.count(graded)).toBe(12), soon);
  expect(await countServers()).toBeLessThanOrEqual(servers);
  worker.kill('SIGTERM');
  const [code] = await once(worker, 'exit');
  expect(code).toBe(0);
}, 90_000);

function startWorker(): ChildProcess {
  const program = fileURLToPath(new URL('../../app/worker.ts', import.meta.url));
  const env = {
    ...baseSettings(),
    DATABASE_URL: database.url,
    REDIS_STATE_URL: `${inject('redisStateUrl')}/${ownNumber}`,
    METRICS_PORT: '0',
    GRADING_MAX_PER_SECOND: '100',
  };
  return spawn(process.execPath, [program], { stdio: 'inherit', env });
}

test('the time limits of the role hold behind the pooler, where no client sets them', async () => {
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  const names = ['statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout'];
  const { rows } = await client.query(
    'select current_setting(n) as value from unnest($1::text[]) n',
    [names],
  );
  await client.end();
  expect(rows.map(({ value }) => value)).toEqual(['10s', '5s', '10s']);
});

test('while the database takes no connection requests wait for a moment, then they get a 503', async () => {
  const statuses: number[] = [];
  const look = async () => {
    statuses.push((await api.call('GET /api/v1/me', admin)).status);
    return statuses.at(-1);
  };
  await allowConnections(false);
  await vi.waitFor(async () => expect(await look()).toBe(503), soon);
  await vi.waitFor(async () => expect(await look()).toBe(503), soon);
  const waiting = look();
  await allowConnections(true);
  expect(await waiting).toBe(200);
  await vi.waitFor(async () => expect(await look()).toBe(200), soon);
  expect(statuses.filter((status) => status !== 200 && status !== 503)).toEqual([]);
});

/** As around a restart: nobody may connect any more, and who was connected is cut. */
async function allowConnections(allowed: boolean): Promise<void> {
  const name = new URL(database.ownerUrl).pathname.slice(1);
  const limit = allowed ? -1 : 0;
  await query('ownerDatabaseUrl', `alter database ${name} connection limit ${limit}`);
  if (allowed) return;
  const end = 'select pg_terminate_backend(pid) from pg_stat_activity where datname =';
  await query('databaseUrl', `${end} '${name}' and usename = 'lms'`);
}

/** Ask PostgreSQL itself something, beside the database of this test. */
async function query(who: 'databaseUrl' | 'ownerDatabaseUrl', statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: inject(who) });
  await client.connect();
  await client.query(statement);
  await client.end();
}
