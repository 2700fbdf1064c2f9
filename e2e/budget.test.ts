/**
 * One connection budget under the LMS while everything moves: scaling, a rollout, a pod that vanishes, a killed operator, PostgreSQL
 * restarted. PostgreSQL itself says how many connections there are and whom it refused.
 */
import type { KubernetesObject, V1Deployment, V1Pod, V1Secret } from '@kubernetes/client-node';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { seedCluster } from '../bench/demo/seed.ts';
import type { BudgetStatus } from '../operator/api/budget-status.ts';
import { apply, isReady, objects, podsOf, read, remove, request, until } from './kubernetes.ts';
import { resultOf, startLoad } from './load.ts';
import { killLeader } from './operators.ts';
import { logOf, type Program, startProgram } from './program.ts';

const group = 'autoscaling.bellwether.dev/v1alpha1';
const connections = 40;
/** So that ten pods of the API with floor 3 and one to spare fit beside a worker with floor 2 and one to spare. */
const reserve = 3;
const namespace = `e2e-budget-${Math.random().toString(36).slice(2, 7)}`;
const watcher: Program = {
  namespace,
  name: 'backends',
  entry: 'e2e/programs/backends.ts',
  args: ['lms'],
  env: [{ name: 'DATABASE_URL', valueFrom: { secretKeyRef: { name: 'database', key: 'url' } } }],
};

interface Budget extends KubernetesObject {
  readonly spec?: { readonly serverConnections: number; readonly reserve: number };
  readonly status?: BudgetStatus;
}
interface Profile extends KubernetesObject {
  readonly spec?: { readonly minReplicas: number; readonly strategy: object };
}

/** What this file changes, as it was before. */
let shipped: { readonly budget: Budget['spec']; readonly profile: Profile['spec'] };

beforeAll(async () => {
  await apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  await seedCluster(200, 5000);
  const secret = await read<V1Secret>('v1', 'Secret', 'lms', 'operator-database');
  const metadata = { name: 'database', namespace };
  await apply<V1Secret>({ apiVersion: 'v1', kind: 'Secret', metadata, data: secret?.data ?? {} });
  await startProgram(watcher);
  const profile = await read<Profile>(group, 'ScaleProfile', 'lms', 'lms-api');
  shipped = { budget: (await readBudget())?.spec, profile: profile?.spec };
  await patch('connectionbudgets', 'postgres', { serverConnections: connections, reserve });
  await patchProfile({ strategy: { ...profile?.spec?.strategy, holdSeconds: 15 } });
});
afterAll(async () => {
  await patch('connectionbudgets', 'postgres', shipped.budget ?? {});
  const { minReplicas, strategy } = shipped.profile ?? {};
  await patchProfile({ minReplicas, strategy });
  await remove({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
});
beforeEach(() => untilSettled(2));

function readBudget(): Promise<Budget | undefined> {
  return read<Budget>(group, 'ConnectionBudget', 'lms', 'postgres');
}

async function patch(kind: string, name: string, spec: object): Promise<void> {
  const path = `/apis/${group}/namespaces/lms/${kind}/${name}`;
  const body = JSON.stringify({ spec });
  const answer = await request('PATCH', path, body, 'application/merge-patch+json');
  expect(answer.status, answer.text).toBe(200);
}

function patchProfile(spec: object): Promise<void> {
  return patch('scaleprofiles', 'lms-api', spec);
}

/** Exactly so many pods of the API, all Ready, and a budget in which nothing moves. */
async function untilSettled(replicas: number): Promise<void> {
  await until(`${replicas} settled pods of the API`, 170, async () => {
    const pods = await podsOf('lms', 'lms-api');
    const conditions = (await readBudget())?.status?.conditions ?? [];
    const isTrue = (type: string) =>
      conditions.some((each) => each.type === type && each.status === 'True');
    const isStill = ['WithinBudget', 'Converged', 'EvidenceAvailable'].every(isTrue);
    return isStill && pods.length === replicas && pods.every(isReady);
  });
}

/** Of the pods of the API; one pod template has one. */
async function templateHashes(): Promise<ReadonlySet<string | undefined>> {
  const pods = await podsOf('lms', 'lms-api');
  return new Set(pods.map(({ metadata }) => metadata?.labels?.['pod-template-hash']));
}

/** How often PostgreSQL refused somebody since its pod started. */
async function countRefusals(): Promise<number> {
  const path = '/api/v1/namespaces/lms/pods/postgres-0/log';
  const { status, text } = await request('GET', path);
  expect(status).toBe(200);
  const refusal = /FATAL.*(too many|remaining connection)/;
  return text.split('\n').filter((line) => refusal.test(line)).length;
}

/** What PostgreSQL was seen to hold since the beginning. */
async function seen(): Promise<{ readonly looks: number; readonly most: number }> {
  return JSON.parse((await logOf(watcher)).trim().split('\n').at(-1) ?? '');
}

async function expectWithinBudget(): Promise<void> {
  const { looks, most } = await seen();
  expect(looks).toBeGreaterThan(50);
  expect(most).toBeGreaterThan(0);
  expect(most).toBeLessThanOrEqual(connections - reserve);
  expect(await countRefusals()).toBe(0);
}

/** Eight requests a second; `disturb` runs under them. @returns their failures, by kind and reason */
async function underLoad(name: string, seconds: number, disturb: () => Promise<void>) {
  const load = await startLoad({ namespace, name }, seconds, {
    browse: [{ atSeconds: 0, perSecond: 8 }],
  });
  await disturb();
  const { total, failures } = await resultOf(load);
  expect(total.requests).toBeGreaterThan(100);
  return failures;
}

test('two pods to ten and back, the operator killed while limits move: no request fails, no template changes', async () => {
  const before = await templateHashes();
  const failures = await underLoad('scaling', 120, async () => {
    const ledger = JSON.stringify((await readBudget())?.status?.ledger);
    await patchProfile({ minReplicas: 10 });
    await until('limits to move', 20, async () => {
      const now = JSON.stringify((await readBudget())?.status?.ledger);
      return now !== ledger;
    });
    await killLeader();
    await untilSettled(10);
    expect(await templateHashes()).toEqual(before);
    await patchProfile({ minReplicas: 2 });
    await untilSettled(2);
  });
  expect(failures).toEqual({});
  expect(await templateHashes()).toEqual(before);
  await expectWithinBudget();
}, 420_000);

test('a rolling update loses no request', async () => {
  const before = await templateHashes();
  const failures = await underLoad('rollout', 30, async () => {
    const annotations = { 'bellwether.dev/restarted-at': new Date().toISOString() };
    const path = '/apis/apps/v1/namespaces/lms/deployments/lms-api';
    const body = JSON.stringify({ spec: { template: { metadata: { annotations } } } });
    const answer = await request('PATCH', path, body, 'application/strategic-merge-patch+json');
    expect(answer.status).toBe(200);
    await until('the rollout to end', 90, async () => {
      const found = await read<V1Deployment>('apps/v1', 'Deployment', 'lms', 'lms-api');
      const { observedGeneration, updatedReplicas, replicas, unavailableReplicas } =
        found?.status ?? {};
      const isSeen = observedGeneration === found?.metadata?.generation;
      return isSeen && updatedReplicas === replicas && !unavailableReplicas;
    });
  });
  expect(failures).toEqual({});
  expect(await templateHashes()).not.toEqual(before);
  await expectWithinBudget();
}, 240_000);

test('of a pod deleted by force only its own requests are lost, and what it held is given back', async () => {
  const failures = await underLoad('force', 25, async () => {
    const [pod] = await podsOf('lms', 'lms-api');
    const { name = '', uid = '' } = pod?.metadata ?? {};
    await objects.delete(
      { apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: 'lms' } },
      undefined,
      undefined,
      0,
    );
    await untilSettled(2);
    const { leases = [], ghosts = [] } = (await readBudget())?.status?.ledger ?? {};
    expect([...leases, ...ghosts].map((each) => each.uid)).not.toContain(uid);
  });
  // Connections that were cut or refused; an answer of the API, such as 503, would be a fault.
  expect(reasonsBut(failures, /^(ECONN\w+|EPIPE|socket hang up|timeout)$/)).toEqual([]);
  await expectWithinBudget();
}, 240_000);

test('PostgreSQL restarted: it refuses nobody, and all is as before by itself', async () => {
  expect(await countRefusals()).toBe(0);
  const failures = await underLoad('postgres', 25, restartPostgres);
  // Short of connections for a moment, never wrong.
  expect(reasonsBut(failures, /^(status 503|ECONN\w+|socket hang up)$/)).toEqual([]);
  await untilSettled(2);
  expect(await underLoad('after', 15, async () => {})).toEqual({});
  await expectWithinBudget();
}, 240_000);

/** As its StatefulSet does for a new version: the pod ends in order, and another starts. */
async function restartPostgres(): Promise<void> {
  const before = await read<V1Pod>('v1', 'Pod', 'lms', 'postgres-0');
  await remove({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'postgres-0', namespace: 'lms' },
  });
  await until('PostgreSQL to be back', 90, async () => {
    const pod = await read<V1Pod>('v1', 'Pod', 'lms', 'postgres-0');
    return pod && isReady(pod) && pod.metadata?.uid !== before?.metadata?.uid;
  });
}

/** Why requests failed, unless for an allowed reason. */
function reasonsBut(
  failures: Readonly<Record<string, number>>,
  allowed: RegExp,
): readonly string[] {
  return Object.keys(failures).filter((kind) => !allowed.test(kind.replace(/^\w+: /, '')));
}
