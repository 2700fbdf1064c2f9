/** The data stores killed under the API: nothing confirmed is lost, nothing restarts in a storm, and it comes back by itself. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { crash } from './kill.ts';
import { apply, isReady, podsOf, remove, request, until } from './kubernetes.ts';
import { logOf, outputOf, type Program, startProgram } from './program.ts';

const namespace = `e2e-stores-${Math.random().toString(36).slice(2, 7)}`;
const api = 'http://lms-api.lms.svc:8080';
const resultSchema = z.object({ confirmed: z.number(), lost: z.number(), refused: z.number() });

beforeAll(async () => {
  await apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
});
afterAll(() => remove({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } }));
beforeEach(untilServing);

async function appPods() {
  return [...(await podsOf('lms', 'lms-api')), ...(await podsOf('lms', 'lms-worker'))];
}

/** Every pod of the API and the worker is Ready and the Service answers from PostgreSQL. */
async function untilServing(): Promise<void> {
  await until('the LMS to be Ready', 120, async () => {
    const pods = await appPods();
    return pods.length >= 3 && pods.every(isReady);
  });
  await until('the API to answer', 30, async () => {
    const path = '/api/v1/namespaces/lms/services/lms-api:8080/proxy/api/v1/courses';
    return (await request('GET', path)).status === 200;
  });
}

/** Container restarts of the API and the worker by pod, to see a storm. */
async function restarts(): Promise<number> {
  const pods = await appPods();
  return pods
    .flatMap(({ status }) => status?.containerStatuses ?? [])
    .reduce((sum, { restartCount }) => sum + restartCount, 0);
}

/** Let a witness open accounts while `disturb` runs. */
async function witnessing(name: string, disturb: () => Promise<void>) {
  const prefix = `${name}-${Date.now()}`;
  const entry = 'e2e/programs/witness.ts';
  const program: Program = { namespace, name, entry, args: [api, '18', prefix] };
  await startProgram(program);
  await until('the witness to be confirmed something', 30, async () =>
    /"confirmed":[1-9]/.test(await logOf(program)),
  );
  await disturb();
  const lines = (await outputOf(program, 150)).trim().split('\n');
  return resultSchema.parse(JSON.parse(lines.at(-1) ?? ''));
}

test('PostgreSQL killed: no confirmed account is lost and no pod restarts', async () => {
  const before = await restarts();
  const result = await witnessing('postgres', () => crash('lms', 'postgres-0'));
  expect(result.confirmed).toBeGreaterThan(10);
  expect(result.lost).toBe(0);
  await untilServing();
  expect(await restarts()).toBe(before);
});

test('the cache Redis killed: the API still answers', async () => {
  const before = await restarts();
  const result = await witnessing('cache', () => crash('lms', 'redis-cache-0'));
  expect(result).toMatchObject({ lost: 0, refused: 0 });
  expect(await restarts()).toBe(before);
});

test('the state Redis killed: no confirmed account is lost and no pod restarts', async () => {
  const before = await restarts();
  const result = await witnessing('state', () => crash('lms', 'redis-state-0'));
  expect(result.confirmed).toBeGreaterThan(10);
  expect(result.lost).toBe(0);
  await untilServing();
  expect(await restarts()).toBe(before);
});
