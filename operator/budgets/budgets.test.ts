import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type PooledScene, startPooledScene } from '../testing/pooled-scene.ts';

let scene: PooledScene;
beforeEach(async () => {
  scene = await startPooledScene();
  scene.addBudget('postgres');
  scene.addTarget('web', 4);
  scene.addPooledProfile('web');
  scene.setLoad('40');
});
afterEach(() => scene.close());

const leases = () => scene.budgetStatus('postgres').ledger?.leases ?? [];
const shares = () => scene.budgetStatus('postgres').ledger?.profiles ?? [];
/** Has looked at the profile. */
const hasLooked = () => expect.poll(shares).not.toEqual([]);

describe('a raise', () => {
  test('is written as decided where the floors are free', async () => {
    scene.runBudgets();
    scene.setLoad('80');
    await scene.pass('web');
    expect(scene.replicasOf('web')).toBe(8);
    expect(shares()).toMatchObject([{ name: 'web', floor: 3, replicas: 8, surge: 2 }]);
    expect(scene.conditionOf('web', 'ScalingLimited')?.status).toBe('False');
  });

  test('goes no further than the floors, and says why', async () => {
    scene.runBudgets();
    scene.setLoad('200');
    await scene.pass('web');
    // 36 to share: 9 floors of 3 and 3 of the surge.
    expect(scene.replicasOf('web')).toBe(9);
    expect(scene.conditionOf('web', 'ScalingLimited')).toMatchObject({
      status: 'True',
      reason: 'ConnectionBudget',
      message:
        'ConnectionBudget postgres: web: 9 of 20 replicas, each needs 3 of 40 connections, ' +
        '4 are in reserve and 9 go elsewhere',
    });
    const { decision } = scene.statusOf('web');
    expect(decision).toMatchObject({ desiredReplicas: 9, reason: 'BudgetLimited' });
    expect(decision?.limits.at(-1)).toMatchObject({ reason: 'BudgetLimited', from: 20, to: 9 });
    expect(scene.eventReasons()).toContain('BudgetLimited');
  });

  test('is written only after the ledger has its floors', async () => {
    const order: string[] = [];
    scene.api.intercept = ({ method, path }) => {
      if (method === 'PUT') order.push(path.split('/').slice(-3).join('/'));
      return undefined;
    };
    scene.runBudgets();
    scene.setLoad('50');
    await scene.pass('web');
    expect(order[0]).toBe('connectionbudgets/postgres/status');
    expect(order).toContain('deployments/web/scale');
    expect(scene.replicasOf('web')).toBe(5);
  });

  test('of several profiles at once is shared by one rebalance', async () => {
    scene.addTarget('worker', 1);
    scene.addPooledProfile('worker');
    scene.runBudgets();
    scene.setLoad('200');
    await Promise.all([scene.pass('web'), scene.pass('worker')]);
    // 12 floors: 5 and 4 for replicas, 2 and 1 for surges of 25 %.
    expect(shares()).toMatchObject([
      { name: 'web', replicas: 5, surge: 2 },
      { name: 'worker', replicas: 4, surge: 1 },
    ]);
    expect([scene.replicasOf('web'), scene.replicasOf('worker')]).toEqual([5, 4]);
  });

  test('waits for the first rebalance of a new leader, which takes up what poolers have', async () => {
    const { uid, pooler } = scene.addPooledPod('web', 'web-1');
    pooler.limit = 20;
    pooler.current = 20;
    pooler.active = 20;
    scene.setLoad('200');
    const passed = scene.pass('web');
    scene.runBudgets();
    await passed;
    // Transactions of 20 run in one pod: with its own it has a floor for each of two others and their surge.
    expect(leases()).toMatchObject([{ uid, state: 'Serving' }]);
    const [lease] = leases();
    const others = (scene.replicasOf('web') ?? 0) - 1;
    expect((lease?.connections ?? 0) + 3 * others).toBeLessThanOrEqual(36);
    expect(pooler.limit).toBeLessThanOrEqual(lease?.connections ?? 0);
  });
});

describe('nothing is raised, and a condition says so, where', () => {
  const passesHeld = async (problem: RegExp) => {
    scene.setLoad('80');
    await scene.pass('web');
    expect(scene.replicasOf('web')).toBe(4);
    expect(scene.conditionOf('web', 'ScalingLimited')?.message).toMatch(problem);
    expect(scene.conditionOf('web', 'Ready')).toMatchObject({ reason: 'BudgetUnavailable' });
    expect(scene.conditionOf('web', 'Ready')?.message).toMatch(problem);
  };

  test('the budget does not exist', async () => {
    scene.removeBudget('postgres');
    scene.runBudgets();
    await passesHeld(/there is no ConnectionBudget postgres in namespace lms/);
  });

  test('the budget is deleted, until it is there again', async () => {
    scene.runBudgets();
    await hasLooked();
    scene.removeBudget('postgres');
    await expect.poll(() => scene.accountOf('web')?.problem()).toMatch(/there is no/);
    await passesHeld(/there is no ConnectionBudget postgres/);
    scene.addBudget('postgres');
    await expect.poll(() => scene.accountOf('web')?.problem()).toBeUndefined();
    await scene.pass('web');
    expect(scene.replicasOf('web')).toBe(8);
    expect(scene.conditionOf('web', 'Ready')?.status).toBe('True');
  });

  test('the budget is invalid', async () => {
    scene.addBudget('postgres', { reserve: 40 });
    scene.runBudgets();
    await passesHeld(/ConnectionBudget postgres: .*reserve must be less/);
  });

  test('its ledger cannot be written', async () => {
    scene.api.intercept = ({ method, path }) =>
      method === 'PUT' && path.includes('connectionbudgets') ? { code: 503 } : undefined;
    scene.runBudgets();
    await passesHeld(/ConnectionBudget postgres: .*503/);
  });

  test('the pods cannot be listed', async () => {
    scene.api.intercept = ({ method, path, isWatch }) =>
      method === 'GET' && path.endsWith('/pods') && !isWatch ? { code: 500 } : undefined;
    scene.runBudgets();
    await expect.poll(() => scene.accountOf('web')?.problem()).toMatch(/500/);
    expect(leases()).toEqual([]);
  });

  test('budgets may not be listed', async () => {
    scene.api.intercept = ({ path }) =>
      path.endsWith('/connectionbudgets') ? { code: 403 } : undefined;
    scene.runBudgets();
    await passesHeld(/ConnectionBudgets cannot be listed: .*403/);
  });
});

test('an operator that lost its lease raises nothing', async () => {
  scene.runBudgets();
  await hasLooked();
  scene.setLeading(false);
  scene.setLoad('80');
  await expect(scene.pass('web')).rejects.toThrow(/the lease was lost/);
  expect(scene.replicasOf('web')).toBe(4);
});

test('a raise that waits when the term ends is held, not kept waiting', async () => {
  let hasBegun = false;
  const { promise: held, resolve: letGo } = Promise.withResolvers<undefined>();
  scene.api.intercept = ({ path }) => {
    if (!path.endsWith('/connectionbudgets/postgres')) return undefined;
    hasBegun = true;
    return held;
  };
  scene.runBudgets();
  await expect.poll(() => hasBegun).toBe(true);
  scene.setLoad('80');
  const passed = scene.pass('web');
  await expect.poll(() => scene.prometheus.asked).not.toEqual([]);
  const stopped = scene.stopBudgets();
  letGo(undefined);
  await Promise.all([stopped, passed]);
  expect(scene.replicasOf('web')).toBe(4);
});

test('clients that wait for a spent budget raise nothing until it has connections again', async () => {
  const query = 'sum(bellwether_pooler_clients_waiting)';
  scene.prometheus.answers.set(query, { values: ['80'], agesSeconds: [1] });
  const target = { type: 'AverageValue', averageValue: '10' };
  const wait = { name: 'wait', type: 'Prometheus', prometheus: { query }, target };
  scene.addPooledProfile('web', { metrics: [wait] });
  const { pooler } = scene.addPooledPod('web', 'web-1');
  // One pod of four holds all that the floors of the others leave.
  pooler.limit = 24;
  pooler.current = 24;
  pooler.active = 24;
  pooler.waiting = 80;
  scene.runBudgets();
  await expect.poll(() => scene.accountOf('web')?.isSaturated()).toBe(true);
  await scene.pass('web');
  expect(scene.replicasOf('web')).toBe(4);
  expect(scene.conditionOf('web', 'ScalingLimited')).toMatchObject({ reason: 'PoolSaturated' });
  pooler.waiting = 0;
  pooler.active = 3;
  scene.ring('postgres');
  await expect.poll(() => scene.accountOf('web')?.isSaturated()).toBe(false);
  await scene.pass('web');
  expect(scene.replicasOf('web')).toBe(8);
});

test('a lower count is written without asking the budget', async () => {
  scene.removeBudget('postgres');
  scene.setLoad('10');
  await scene.pass('web');
  expect(scene.replicasOf('web')).toBe(1);
});

test('what somebody else raised beyond the whole budget is taken back to what it carries', async () => {
  scene.runBudgets();
  await hasLooked();
  scene.addTarget('web', 15, 'kubectl');
  scene.setLoad('150');
  await scene.pass('web');
  expect(scene.replicasOf('web')).toBe(12);
  expect(scene.conditionOf('web', 'ScalingLimited')?.message).toBe(
    'ConnectionBudget postgres carries at most 12 replicas with a floor of 3: ' +
      'it has 40 connections, 4 of them in reserve',
  );
});

test('in mode Observe nothing is asked of the budget', async () => {
  scene.addPooledProfile('web', { mode: 'Observe' });
  scene.runBudgets();
  await hasLooked();
  scene.setLoad('80');
  await scene.pass('web');
  expect(scene.statusOf('web').decision?.desiredReplicas).toBe(8);
  expect(scene.replicasOf('web')).toBe(4);
  expect(shares()).toMatchObject([{ replicas: 4 }]);
});

describe('pods', () => {
  test('without the pooler hold their own pool while a rollout adds it', async () => {
    const old = scene.addDirectPod('web', 'web-old');
    const { uid } = scene.addPooledPod('web', 'web-new');
    scene.runBudgets();
    await expect.poll(leases).toHaveLength(2);
    expect(leases().find((lease) => lease.uid === old)).toMatchObject({
      state: 'Direct',
      connections: 10,
    });
    expect(leases().find((lease) => lease.uid === uid)).toMatchObject({ floor: 3 });
  });

  test('whose profile has dropped the block keep their leases until they are gone', async () => {
    const { uid } = scene.addPooledPod('web', 'web-1');
    scene.runBudgets();
    await expect.poll(leases).toMatchObject([{ uid, state: 'Serving' }]);
    scene.addProfile('web');
    const late = scene.addPooledPod('web', 'web-2');
    scene.addDirectPod('web', 'web-3');
    scene.ring('postgres');
    await expect.poll(() => leases().map((lease) => lease.uid)).toEqual([uid, late.uid].sort());
    expect(shares()).toEqual([]);
  });

  test('of a deleted profile keep their leases, and turn into ghosts when they are gone', async () => {
    const { uid } = scene.addPooledPod('web', 'web-1');
    scene.runBudgets();
    await expect.poll(leases).toMatchObject([{ uid }]);
    scene.removeProfile('web');
    scene.ring('postgres');
    await expect.poll(shares).toEqual([]);
    expect(leases()).toMatchObject([{ uid, state: 'Serving' }]);
    scene.removePod('web-1');
    scene.ring('postgres');
    await expect.poll(() => scene.budgetStatus('postgres').ledger?.ghosts).toMatchObject([{ uid }]);
  });

  test('to come have the floor free that the files said a moment ago', async () => {
    scene.bootFloors.note({ namespace: 'lms', name: 'web' }, 4);
    scene.runBudgets();
    await expect.poll(shares).toMatchObject([{ name: 'web', floor: 4 }]);
  });

  test('that a larger floor may find in its file are leased it at once; a smaller one later', async () => {
    const { uid } = scene.addPooledPod('web', 'web-1');
    scene.runBudgets();
    await expect.poll(leases).toMatchObject([{ uid, floor: 3 }]);
    scene.addPooledProfile('web', {}, { floor: 5 });
    scene.ring('postgres');
    await expect.poll(leases).toMatchObject([{ uid, floor: 5 }]);
    scene.addPooledProfile('web', {}, { floor: 2 });
    scene.ring('postgres');
    await expect.poll(shares).toMatchObject([{ floor: 2 }]);
    expect(leases()).toMatchObject([{ uid, floor: 5 }]);
  });
});

test('poolers and budget are told to Prometheus while they are known', async () => {
  const { pooler } = scene.addPooledPod('web', 'web-1');
  pooler.current = 3;
  pooler.active = 2;
  pooler.waiting = 1;
  scene.runBudgets();
  const metrics = () => scene.metrics.register.metrics();
  const labels = 'namespace="lms",budget="postgres",pod="web-1",profile="web"';
  await expect.poll(metrics).toContain(`bellwether_pooler_clients_waiting{${labels}} 1`);
  expect(await metrics()).toContain(`bellwether_pooler_connections{${labels}} 3`);
  expect(await metrics()).toContain(
    'bellwether_budget_connections{namespace="lms",budget="postgres"} 36',
  );
  pooler.isReached = false;
  scene.ring('postgres');
  await expect.poll(metrics).not.toContain('bellwether_pooler_limit{');
  expect(await metrics()).toContain('bellwether_budget_committed{');
  await scene.stopBudgets();
  expect(await metrics()).not.toMatch(/bellwether_budget_\w+\{/);
});

test('profiles without poolers cost the budgets nothing', async () => {
  scene.removeBudget('postgres');
  scene.addProfile('web');
  scene.runBudgets();
  await expect.poll(() => scene.api.seen.some(({ isWatch }) => isWatch)).toBe(true);
  await scene.pass('web');
  const paths = scene.api.seen.map(({ path }) => path).filter((path) => path.includes('budget'));
  expect(new Set(paths)).toEqual(
    new Set(['/apis/autoscaling.bellwether.dev/v1alpha1/connectionbudgets']),
  );
});
