import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { sampleBudget } from '../api/invalid-budgets.ts';
import { parseProfile } from '../api/profile.ts';
import { plainAccess } from '../kubernetes/access.ts';
import { budgetsPath } from '../kubernetes/budgets.ts';
import { ApiError, type Client, createClient } from '../kubernetes/client.ts';
import { createDiscovery } from '../kubernetes/discovery.ts';
import { createProfiles, profilesPath, type StoredProfile } from '../kubernetes/profiles.ts';
import type { Secrets, StoredSecret } from '../kubernetes/secrets.ts';
import { createTargets } from '../kubernetes/target.ts';
import type { Applied, Templates, Workload } from '../kubernetes/templates.ts';
import { createLog } from '../log.ts';
import { type ApiServer, startApiServer } from '../testing/api-server.ts';
import { type BootFloors, createBootFloors } from './boot-floors.ts';
import { createAuthorityKeeper } from './keeper.ts';
import { createSidecars } from './sidecars.ts';
import { sweep } from './sweep.ts';

const profilePath = `${profilesPath('shop')}/web`;
const budgetPath = `${budgetsPath('shop')}/postgres`;
const pgbouncer = { budgetRef: { name: 'postgres' }, credentialsSecretRef: { name: 'database' } };

let server: ApiServer;
let client: Client;
beforeAll(async () => {
  server = await startApiServer();
  client = createClient(plainAccess(server.url), () => undefined);
});
afterAll(async () => {
  client.close();
  await server.close();
});

let nowMs: number;
let isLeading: boolean;
let writes: string[];
let refusal: Error | undefined;
let secrets: Map<string, StoredSecret>;
let workload: Workload;
let bootFloors: BootFloors;
const template = { initContainers: [], containers: [{ name: 'app' }], volumes: [] };

beforeEach(() => {
  nowMs = Date.UTC(2026, 0, 1);
  isLeading = true;
  refusal = undefined;
  writes = [];
  bootFloors = createBootFloors(() => nowMs);
  secrets = new Map();
  const key = { namespace: 'shop', name: 'front' };
  workload = { kind: 'Deployment', key, uid: 'w', annotations: {}, owners: [], template };
  setCredentials('first');
  addProfile({ pgbouncer });
  setLedger(3);
});

/** Secrets and the workload as the API server keeps them for one field manager. */
const ports = {
  secrets: {
    get: async ({ name }) => secrets.get(name),
    put: async ({ name }, data) => {
      writes.push(name);
      secrets.set(name, { version: '1', owners: [], data, writtenMs: new Map() });
      return '1';
    },
    apply: async ({ name }, data, owner) => {
      writes.push(name);
      secrets.set(name, { version: '1', owners: [owner.uid], data, writtenMs: new Map() });
    },
  } satisfies Secrets,
  templates: {
    get: async (kind, { name }) =>
      kind === workload.kind && name === workload.key.name ? workload : undefined,
    labelled: async () => ('of' in marks() ? [workload] : []),
    apply: async (_, applied, manager) => {
      if (refusal) throw refusal;
      writes.push(workload.key.name);
      workload = withApplied(applied, manager);
    },
  } satisfies Templates,
};

function marks() {
  const of = workload.annotations['autoscaling.bellwether.dev/sidecars-of'];
  return of === undefined ? {} : { of };
}

function withApplied(applied: Applied | undefined, manager: string): Workload {
  const { annotations = {}, spec = { initContainers: [], volumes: [] } } = applied ?? {};
  const names = (list: readonly { name: string }[]) => list.map(({ name }) => name);
  const { initContainers, volumes } = spec;
  const owned = { initContainers: names(initContainers), containers: [], volumes: names(volumes) };
  const merged = {
    ...template,
    initContainers: initContainers.map((each) => ({ ...each })),
    volumes: volumes.map((each) => ({ ...each })),
  };
  return { ...workload, annotations, template: merged, owners: [{ manager, template: owned }] };
}

function setCredentials(password: string): void {
  const data = { url: `postgresql://lms:${password}@postgres/lms` };
  secrets.set('database', { version: '1', owners: [], data, writtenMs: new Map() });
}

function addProfile(sidecars: object | undefined, changed: object = {}): void {
  const target = { type: 'AverageValue', averageValue: '10' };
  const spec = {
    scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'front' },
    ...{ minReplicas: 1, maxReplicas: 5, ...(sidecars && { sidecars }) },
    metrics: [{ name: 'load', type: 'Prometheus', prometheus: { query: 'load' }, target }],
    ...changed,
  };
  const apiVersion = 'autoscaling.bellwether.dev/v1alpha1';
  const object = { apiVersion, kind: 'ScaleProfile', metadata: { name: 'web' }, spec };
  server.store.put(profilePath, object, 'shop');
}

function setLedger(floor: number, leaseFloors: readonly number[] = []): void {
  const leases = leaseFloors.map((each, index) => ({
    ...{ uid: `pod-${index}`, pod: `pod-${index}`, profile: 'web', address: '10.0.0.1' },
    ...{ containerId: 'run-0', restarts: 0, state: 'Serving', floor: each, connections: each },
  }));
  const profiles = [{ name: 'web', floor, surge: 1, replicas: 2 }];
  const status = { ledger: { leases, ghosts: [], profiles } };
  server.store.put(budgetPath, { ...sampleBudget('postgres'), status }, 'shop');
}

const log = createLog('silent');
function create() {
  const world = { secrets: ports.secrets, isLeading: () => isLeading, wallMs: () => nowMs };
  return {
    ...{ ...world, ...ports, client, log, namespace: undefined },
    profiles: createProfiles(client),
    keeper: createAuthorityKeeper({ ...world, namespace: 'bellwether-system' }),
    images: { pgbouncer: 'pgbouncer:1', redis: 'redis:1' },
    targets: createTargets({
      ...{ client, namespace: undefined, onTrouble: () => undefined },
      discovery: createDiscovery(client, () => nowMs),
    }),
    renewals: { note: () => undefined },
    bootFloors,
  };
}

/** Passes of one operator, each long after the one before. */
function operator() {
  const options = create();
  const sidecars = createSidecars(options);
  let stored: StoredProfile | undefined;
  return {
    pass: async (hadSidecars = true) => {
      nowMs += 60_000;
      const found = await options.profiles.get({ namespace: 'shop', name: 'web' });
      if (!found) throw new Error('there is no profile');
      // As the roster keeps it.
      if (stored?.generation !== found.generation) stored = found;
      const parsed = parseProfile(stored.object);
      if (!parsed.ok) throw new Error(parsed.problems.join('; '));
      return sidecars.ensure(stored, parsed.profile.spec, hadSidecars);
    },
    sweep: () => sweep(options),
  };
}

const isInjected = () => workload.template.initContainers.length === 1;

test('Secrets come first, then the pod template; passes at rest write nothing', async () => {
  const { pass } = operator();
  expect(await pass(false)).toMatchObject({ status: 'True', reason: 'Injected' });
  expect(writes).toEqual(['bellwether-sidecars', 'web-pgbouncer', 'web-pooled', 'front']);
  await pass();
  await pass();
  await operator().pass();
  expect(writes).toHaveLength(4);
});

test('a password, a floor and a certificate change Secrets, never the template', async () => {
  const { pass } = operator();
  await pass();
  const applied = workload;
  writes = [];
  setCredentials('second');
  await pass();
  expect(writes).toEqual(['web-pgbouncer', 'web-pooled']);
  addProfile({ pgbouncer: { ...pgbouncer, floor: 5 } });
  setLedger(5, [5, 3]);
  await pass();
  expect(writes).toHaveLength(2);
  setLedger(5, [5, 5]);
  await pass();
  expect(writes.slice(2)).toEqual(['web-pgbouncer']);
  // Two thirds of 90 days.
  nowMs += 60 * 86_400_000;
  await pass();
  expect(writes.slice(3)).toEqual(['web-pgbouncer']);
  expect(workload).toBe(applied);
});

describe('Redis', () => {
  const redis = { maxMemory: '64Mi', memoryBudget: '512Mi' };
  beforeEach(() => {
    const metadata = { name: 'front', uid: 'w' };
    const spec = { replicas: 2, selector: { matchLabels: { app: 'front' } } };
    const draft = { apiVersion: 'apps/v1', kind: 'Deployment', metadata, spec, status: {} };
    server.store.put('/apis/apps/v1/namespaces/shop/deployments/front', draft, 'shop');
    addProfile({ redis });
  });
  const files = () => secrets.get('web-redis')?.data ?? {};

  test('has its files in a Secret, its URL in the pooled one, and keeps its passwords', async () => {
    const { pass } = operator();
    expect(await pass(false)).toMatchObject({ status: 'True', reason: 'Injected' });
    expect(writes).toEqual(['bellwether-sidecars', 'web-redis', 'web-pooled', 'front']);
    await pass();
    await operator().pass();
    expect(writes).toHaveLength(4);
    const password = files()['application-password'];
    const url = `redis://default:${password}@127.0.0.1:6379`;
    expect(secrets.get('web-pooled')?.data).toEqual({ 'redis-url': url });
  });

  test('boots with what 5 pods and the 2 of a rollout can have; another budget never rolls pods', async () => {
    const { pass } = operator();
    await pass();
    const applied = workload;
    expect(files()['redis.conf']).toContain(`maxmemory ${64 * 2 ** 20}\n`);
    addProfile({ redis: { ...redis, memoryBudget: '70Mi' } });
    await pass();
    expect(files()['redis.conf']).toContain(`maxmemory ${10 * 2 ** 20}\n`);
    expect(workload).toBe(applied);
  });

  test.each([
    ['a budget of too little', { ...redis, memoryBudget: '20Mi' }, /memoryBudget: \d+ bytes/],
    [
      'a container too small',
      { ...redis, resources: { limits: { memory: '100Mi' } } },
      /limits.memory: 100Mi is less than the 115343360 bytes/,
    ],
  ])('%s is refused', async (_, wanted, message) => {
    addProfile({ redis: wanted });
    const finding = await operator().pass();
    expect(finding).toMatchObject({ status: 'False', reason: 'MemoryUnusable' });
    expect(finding?.message).toMatch(message);
    expect(writes).not.toContain('front');
  });
});

test('a floor that was lowered may be booted with until the files have come everywhere', async () => {
  const profile = { namespace: 'shop', name: 'web' };
  const { pass } = operator();
  await pass();
  addProfile({ pgbouncer: { ...pgbouncer, floor: 1 } });
  await operator().pass();
  expect(bootFloors.of(profile, 1)).toBe(3);
  nowMs += 300_001;
  expect(bootFloors.of(profile, 1)).toBe(1);
});

test('without the block the sidecars go, and the condition with them', async () => {
  const { pass } = operator();
  await pass();
  addProfile(undefined);
  expect(await pass()).toBeUndefined();
  expect(workload.template).toEqual(template);
  writes = [];
  expect(await pass()).toBeUndefined();
  expect(await pass(false)).toBeUndefined();
  expect(writes).toEqual([]);
});

test('in mode Observe nothing is injected and nothing removed', async () => {
  addProfile({ pgbouncer }, { mode: 'Observe' });
  const { pass } = operator();
  expect(await pass()).toMatchObject({ status: 'False', reason: 'Observe' });
  expect(writes).toEqual([]);
  addProfile({ pgbouncer });
  await pass();
  addProfile(undefined, { mode: 'Observe' });
  await pass();
  expect(isInjected()).toBe(true);
});

test('who lost the lease writes nothing', async () => {
  isLeading = false;
  expect(await operator().pass()).toMatchObject({ status: 'False', reason: 'AuthorityUnusable' });
  expect(writes).toEqual([]);
});

test('between two passes that follow soon the first one’s word holds', async () => {
  const { pass } = operator();
  await pass();
  setCredentials('second');
  nowMs -= 60_000 - 14_999;
  const before = writes.length;
  await pass();
  expect(writes).toHaveLength(before);
});

describe('what is missing is said, and nothing is applied', () => {
  test.each<[string, () => void, string, RegExp]>([
    [
      'no budget',
      () => server.store.delete(budgetPath),
      'BudgetUnusable',
      /no ConnectionBudget postgres/,
    ],
    ['a budget that has not looked yet', () => setLedger(2), 'WaitingForBudget', /postgres.* 3 /],
    [
      'no credentials',
      () => secrets.delete('database'),
      'CredentialsUnusable',
      /no Secret database/,
    ],
    [
      'credentials of another kind',
      () => secrets.set('database', { ...foreign, data: { url: 'mysql://a:b@c/d' } }),
      'CredentialsUnusable',
      /Secret database: .*mysql/,
    ],
    [
      'credentials without the key',
      () => secrets.set('database', foreign),
      'CredentialsUnusable',
      /Secret database has no url/,
    ],
    [
      'a Secret of somebody else',
      () => secrets.set('web-pooled', foreign),
      'NameConflict',
      /web-pooled is not of this ScaleProfile/,
    ],
    [
      'a container of somebody else',
      () => {
        const initContainers = [{ name: 'bellwether-pgbouncer' }];
        workload = { ...workload, template: { ...template, initContainers } };
      },
      'NameConflict',
      /Deployment front: .*"bellwether-pgbouncer" of somebody unknown/,
    ],
    [
      'another target',
      () => {
        workload = { ...workload, key: { namespace: 'shop', name: 'other' } };
      },
      'TargetNotFound',
      /no Deployment front/,
    ],
    [
      'no right to apply',
      () => {
        refusal = new ApiError(403, 'Forbidden', 'you may not');
      },
      'Forbidden',
      /you may not; namespace shop must give the operator the Role bellwether-sidecars/,
    ],
    [
      'a field of ours that somebody else set',
      () => {
        refusal = new ApiError(409, 'Conflict', 'conflict with "person"');
      },
      'FieldConflict',
      /person/,
    ],
    [
      'what the API server refuses',
      () => {
        refusal = new ApiError(422, 'Invalid', 'limits below requests');
      },
      'Refused',
      /limits below requests/,
    ],
  ])('%s', async (_, change, reason, message) => {
    change();
    const finding = await operator().pass();
    expect(finding).toMatchObject({ type: 'SidecarsReady', status: 'False', reason });
    expect(finding?.message).toMatch(message);
    expect(writes).not.toContain('front');
  });
  const foreign: StoredSecret = { version: '1', owners: [], data: {}, writtenMs: new Map() };

  test('an API server that does not answer is nobody’s fault', async () => {
    refusal = new ApiError(503, '', 'later');
    expect(await operator().pass()).toMatchObject({ status: 'Unknown', reason: 'Failed' });
  });
});

describe('a sweep', () => {
  test('leaves what is wanted', async () => {
    const { pass, sweep: sweepNow } = operator();
    await pass();
    expect(await sweepNow()).toBe(1);
    expect(isInjected()).toBe(true);
  });

  test.each<[string, () => void, boolean]>([
    ['the profile is gone', () => server.store.delete(profilePath), false],
    ['it has another target', () => addProfile({ pgbouncer }, otherTarget), false],
    ['it wants no sidecars', () => addProfile(undefined), false],
    ['it only observes', () => addProfile(undefined, { mode: 'Observe' }), true],
    ['it is invalid', () => addProfile({ pgbouncer }, { maxReplicas: 0 }), true],
  ])('when %s: still injected %#', async (_, change, stays) => {
    const { pass, sweep: sweepNow } = operator();
    await pass();
    change();
    await sweepNow();
    expect(isInjected()).toBe(stays);
  });
  const otherTarget = {
    scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'back' },
  };

  test('of who does not lead removes nothing', async () => {
    const { pass, sweep: sweepNow } = operator();
    await pass();
    server.store.delete(profilePath);
    isLeading = false;
    await sweepNow();
    expect(isInjected()).toBe(true);
  });
});
