import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Scene, startScene } from './testing/scene.ts';

let scene: Scene;
beforeEach(async () => {
  scene = await startScene();
  scene.addTarget('web', 4);
  scene.setLoad('40');
});
afterEach(() => scene.close());

const slowly = { type: 'Pods', value: 1, periodSeconds: 15 };
const scaleWrite = 'PUT /apis/apps/v1/namespaces/lms/deployments/web/scale';
const statusWrite =
  'PATCH /apis/autoscaling.bellwether.dev/v1alpha1/namespaces/lms/scaleprofiles/web/status';

test('more load: the scale is written first, then status, then the event', async () => {
  scene.addProfile('web');
  scene.setLoad('80');
  expect(await scene.pass('web')).toEqual({ afterMs: 5000 });
  expect(scene.replicasOf('web')).toBe(8);
  expect(scene.writes()).toEqual([
    scaleWrite,
    statusWrite,
    'POST /apis/events.k8s.io/v1/namespaces/lms/events',
  ]);
  const status = scene.statusOf('web');
  expect(status).toMatchObject({ observedGeneration: 1, currentReplicas: 4, desiredReplicas: 8 });
  expect(status.lastScaleTime).toBe('2026-11-21T10:00:00.000Z');
  expect(status.memory?.scaleEvents).toEqual([{ at: '2026-11-21T10:00:00.000Z', change: 4 }]);
  expect(scene.eventReasons()).toEqual(['SuccessfulRescale']);
});

test('at rest nothing is written, however long', async () => {
  scene.addProfile('web', { behavior: {} });
  for (let pass = 0; pass < 100; pass += 1) {
    await scene.pass('web');
    scene.wait(5);
  }
  expect(scene.writes().filter((write) => write === scaleWrite)).toEqual([]);
  const before = scene.writes().length;
  for (let pass = 0; pass < 100; pass += 1) {
    await scene.pass('web');
    scene.wait(5);
  }
  expect(scene.writes().length).toBe(before);
});

test('a value that moves within tolerance is written once a minute, and not at all if it hardly moves', async () => {
  scene.setLoad('36.5');
  scene.addProfile('web');
  await scene.pass('web');
  const before = scene.writes().length;
  const passes = async (...values: readonly string[]) => {
    for (let pass = 0; pass < 12; pass += 1) {
      scene.wait(5);
      scene.setLoad(values[pass % values.length]);
      await scene.pass('web');
    }
    return scene.writes().slice(before);
  };
  expect(await passes('36', '37.5', '38.5')).toEqual([]);
  expect(await passes('43.5')).toEqual([statusWrite]);
  expect(await passes('43.5', '41', '42')).toEqual([statusWrite]);
  expect(await passes('37')).toEqual([statusWrite, statusWrite]);
});

test('a scale write that was made but never answered counts as made', async () => {
  scene.addProfile('web');
  scene.setLoad('80');
  scene.api.intercept = ({ method, path }) => {
    if (method !== 'PUT' || !path.endsWith('/scale')) return undefined;
    scene.addTarget('web', 8);
    return { code: 504 };
  };
  await expect(scene.pass('web')).rejects.toThrow('504');
  scene.api.intercept = () => undefined;
  scene.wait(2);
  await scene.pass('web');
  expect(scene.statusOf('web').lastScaleTime).toBe('2026-11-21T10:00:00.000Z');
  expect(scene.statusOf('web').memory?.scaleEvents).toEqual([
    { at: '2026-11-21T10:00:00.000Z', change: 4 },
  ]);
  expect(scene.writes().filter((write) => write === scaleWrite)).toHaveLength(1);
});

test('a scale write that was neither made nor answered is made again, and counts once', async () => {
  scene.addProfile('web');
  scene.setLoad('80');
  scene.api.intercept = ({ method }) => (method === 'PUT' ? { code: 504 } : undefined);
  await expect(scene.pass('web')).rejects.toThrow('504');
  scene.api.intercept = () => undefined;
  scene.wait(2);
  await scene.pass('web');
  scene.wait(2);
  await scene.pass('web');
  expect(scene.replicasOf('web')).toBe(8);
  expect(scene.statusOf('web').memory?.scaleEvents).toEqual([
    { at: '2026-11-21T10:00:02.000Z', change: 4 },
  ]);
});

test('pods show the lead time, status keeps it, and the next leader goes on from there', async () => {
  scene.addProfile('web');
  scene.setLoad('50');
  await scene.pass('web');
  scene.addStartedPod('web', 'web-5', '2026-11-21T10:00:01Z', '2026-11-21T10:00:13Z');
  scene.wait(60);
  await scene.pass('web');
  // From the write at 10:00:00, a second before the pod was made.
  const leadTime = { seconds: 13, samples: [13], until: '2026-11-21T10:00:13.000Z' };
  expect(scene.statusOf('web').leadTime).toEqual(leadTime);
  scene.restart();
  scene.wait(60);
  scene.addStartedPod('web', 'web-6', '2026-11-21T10:01:00Z', '2026-11-21T10:01:20Z');
  await scene.pass('web');
  scene.wait(60);
  await scene.pass('web');
  expect(scene.statusOf('web').leadTime).toMatchObject({ seconds: 20, samples: [13, 20] });
});

test('Prometheus gone: holds, says so once, and goes on when it is back', async () => {
  scene.addProfile('web');
  await scene.pass('web');
  scene.prometheus.outage = { code: 503, body: 'down' };
  for (let pass = 0; pass < 6; pass += 1) {
    scene.wait(5);
    await scene.pass('web');
  }
  expect(scene.replicasOf('web')).toBe(4);
  expect(scene.conditionOf('web', 'ScalingActive')).toMatchObject({ status: 'False' });
  expect(scene.conditionOf('web', 'ScalingActive')?.message).toMatch(/error/);
  expect(
    scene.eventReasons().filter((reason) => reason === 'FailedGetExternalMetric'),
  ).toHaveLength(1);

  scene.prometheus.outage = undefined;
  scene.setLoad('70');
  scene.wait(5);
  await scene.pass('web');
  expect(scene.replicasOf('web')).toBe(7);
  expect(scene.conditionOf('web', 'ScalingActive')).toMatchObject({ status: 'True' });
});

test.each([
  { name: 'absent', value: undefined, ageSeconds: 1 },
  { name: 'invalid', value: 'NaN', ageSeconds: 1 },
  { name: 'stale', value: '0', ageSeconds: 61 },
])('a reading that is $name never lowers and is named', async ({ name, value, ageSeconds }) => {
  scene.addProfile('web');
  await scene.pass('web');
  scene.setLoad(value, ageSeconds);
  scene.wait(5);
  await scene.pass('web');
  expect(scene.replicasOf('web')).toBe(4);
  expect(scene.statusOf('web').metrics).toMatchObject([{ name: 'load', failed: name }]);
  const { values } = await scene.metrics.readingFailures.get();
  expect(values).toMatchObject([{ labels: { reason: name }, value: 1 }]);
});

test('somebody else scales between our read and our write: nothing is overwritten', async () => {
  scene.addProfile('web');
  scene.setLoad('80');
  scene.api.intercept = ({ method }) => {
    if (method === 'PUT') scene.addTarget('web', 6);
    return undefined;
  };
  await expect(scene.pass('web')).rejects.toMatchObject({ code: 409 });
  expect(scene.replicasOf('web')).toBe(6);
  expect(scene.statusOf('web')).toEqual({});

  scene.api.intercept = () => undefined;
  await scene.pass('web');
  expect(scene.replicasOf('web')).toBe(8);
  expect(scene.statusOf('web').memory?.scaleEvents).toMatchObject([{ change: 2 }]);
});

test('a profile that changed since it was read keeps its status until the next pass', async () => {
  scene.addProfile('web');
  scene.api.intercept = ({ method }) => {
    if (method === 'PATCH') scene.addProfile('web', { maxReplicas: 5 });
    return undefined;
  };
  await expect(scene.pass('web')).rejects.toMatchObject({ code: 409 });
  scene.api.intercept = () => undefined;
  await scene.pass('web');
  expect(scene.statusOf('web').observedGeneration).toBe(2);
});

test('the lease lost in the middle of a pass: neither scale nor status is written', async () => {
  scene.addProfile('web');
  scene.setLoad('80');
  scene.api.intercept = ({ path }) => {
    if (path.endsWith('/pods')) scene.setLeading(false);
    return undefined;
  };
  await expect(scene.pass('web')).rejects.toThrow('lease was lost');
  expect(scene.writes()).toEqual([]);
});

test('the lease lost right after the scale: status is left to the next leader', async () => {
  scene.addProfile('web');
  scene.setLoad('80');
  scene.api.intercept = ({ method }) => {
    if (method === 'PUT') scene.setLeading(false);
    return undefined;
  };
  await expect(scene.pass('web')).rejects.toThrow('lease was lost');
  expect(scene.writes()).toEqual([scaleWrite]);
});

test('Observe decides and records, and writes nothing but status', async () => {
  scene.addProfile('web', { mode: 'Observe' });
  scene.setLoad('80');
  await scene.pass('web');
  expect(scene.replicasOf('web')).toBe(4);
  expect(scene.statusOf('web')).toMatchObject({ desiredReplicas: 8, currentReplicas: 4 });
  expect(scene.writes().filter((write) => write === scaleWrite)).toEqual([]);
  expect(scene.statusOf('web').memory?.scaleEvents).toEqual([]);
});

test.each([
  { replicas: 4, want: 4 },
  { replicas: 30, want: 20 },
])('Paused leaves $replicas at $want', async ({ replicas, want }) => {
  scene.addTarget('web', replicas);
  scene.addProfile('web', { mode: 'Paused' });
  scene.setLoad('80');
  await scene.pass('web');
  expect(scene.replicasOf('web')).toBe(want);
});

test('a profile that is no good is told so and stops no other', async () => {
  scene.addTarget('bad', 3);
  scene.addProfile('bad', { maxReplicas: 0 });
  scene.addProfile('web');
  scene.setLoad('80');
  await scene.pass('bad');
  await scene.pass('web');
  expect(scene.replicasOf('bad')).toBe(3);
  expect(scene.conditionOf('bad', 'Ready')).toMatchObject({
    status: 'False',
    reason: 'InvalidProfile',
    message: expect.stringContaining('spec.maxReplicas'),
  });
  expect(scene.replicasOf('web')).toBe(8);
  await scene.pass('bad');
  expect(scene.eventReasons().filter((reason) => reason === 'InvalidProfile')).toHaveLength(1);
});

test.each([
  { ref: { kind: 'Deployment', name: 'gone' }, message: 'no Deployment named gone' },
  { ref: { kind: 'DaemonSet', name: 'web' }, message: 'no scale subresource' },
  { ref: { kind: 'Deploymnt', name: 'web' }, message: 'knows no Deploymnt' },
  { ref: { apiVersion: 'x.dev/v1', kind: 'Thing', name: 'web' }, message: 'knows no Thing' },
])('a target that cannot be scaled is named: $message', async ({ ref, message }) => {
  scene.addProfile('web', { scaleTargetRef: { apiVersion: 'apps/v1', ...ref } });
  await scene.pass('web');
  expect(scene.conditionOf('web', 'AbleToScale')).toMatchObject({
    status: 'False',
    reason: 'FailedGetScale',
    message: expect.stringContaining(message),
  });
});

test('a scale that we may not write is a condition, and is tried again', async () => {
  scene.addProfile('web');
  scene.setLoad('80');
  scene.api.intercept = ({ method }) => (method === 'PUT' ? { code: 403 } : undefined);
  expect(await scene.pass('web')).toEqual({ afterMs: 15_000 });
  expect(scene.conditionOf('web', 'AbleToScale')).toMatchObject({ reason: 'FailedUpdateScale' });
  scene.api.intercept = () => undefined;
  await scene.pass('web');
  expect(scene.replicasOf('web')).toBe(8);
  expect(scene.conditionOf('web', 'AbleToScale')).toMatchObject({ status: 'True' });
});

test('an overloaded API server is not asked again before it says so', async () => {
  scene.addProfile('web');
  scene.api.intercept = () => ({ code: 429, retryAfterSeconds: 7 });
  await expect(scene.pass('web')).rejects.toMatchObject({ code: 429, retryAfterSeconds: 7 });
});

test('the next leader keeps every hold', async () => {
  scene.addProfile('web', { behavior: {} });
  scene.setLoad('80');
  await scene.pass('web');
  scene.setLoad('10');
  scene.wait(15);
  await scene.pass('web');
  scene.restart();
  for (let pass = 0; pass < 56; pass += 1) {
    scene.wait(5);
    await scene.pass('web');
    expect(scene.replicasOf('web')).toBe(8);
  }
  // A cold start would hold for 15 s more.
  scene.wait(10);
  await scene.pass('web');
  expect(scene.replicasOf('web')).toBeLessThan(8);
});

test('the end of a term writes the memory that was not worth a write yet', async () => {
  scene.addProfile('web', { behavior: {} });
  await scene.pass('web');
  scene.wait(60);
  await scene.pass('web');
  scene.setLoad('30');
  scene.wait(5);
  await scene.pass('web');
  scene.setLoad('20');
  scene.wait(5);
  await scene.pass('web');
  const proposals = () => scene.statusOf('web').memory?.proposals.map(({ replicas }) => replicas);
  expect(proposals()).toEqual([4, 3]);
  await scene.flush('web');
  expect(proposals()).toEqual([4, 3, 2]);
  const before = scene.writes().length;
  await scene.flush('web');
  expect(scene.writes().length).toBe(before);
});

test('a status that somebody spoiled is a cold start: nothing falls', async () => {
  const { spec } = scene.addProfile('web', { behavior: {} });
  const path = '/apis/autoscaling.bellwether.dev/v1alpha1/namespaces/lms/scaleprofiles/web';
  const draft = { apiVersion: 'autoscaling.bellwether.dev/v1alpha1', kind: 'ScaleProfile' };
  const status = { memory: { proposals: 'nonsense' } };
  scene.api.store.put(path, { ...draft, metadata: { name: 'web' }, spec, status }, 'lms');
  scene.setLoad('10');
  await scene.pass('web');
  expect(scene.replicasOf('web')).toBe(4);
  expect(scene.statusOf('web').memory?.proposals.length).toBeGreaterThan(0);
});

test('a deleted profile is never looked at again', async () => {
  expect(await scene.pass('web')).toBe('never');
  expect(scene.writes()).toEqual([]);
});

test('a burst is read over its own window and raises past the policies', async () => {
  const target = { type: 'AverageValue', averageValue: '10' };
  const prometheus = { query: 'sum(rate(load[$window]))' };
  scene.addProfile('web', {
    metrics: [{ name: 'load', type: 'Prometheus', prometheus, target }],
    burst: { windowSeconds: 10 },
  });
  scene.prometheus.answers.set('sum(rate(load[60s]))', { values: ['40'], agesSeconds: [1] });
  scene.prometheus.answers.set('sum(rate(load[10s]))', { values: ['180'], agesSeconds: [1] });
  await scene.pass('web');
  expect(scene.replicasOf('web')).toBe(18);
  expect(scene.statusOf('web').memory?.burstAt).toBe('2026-11-21T10:00:00.000Z');
  expect(scene.statusOf('web').decision?.reason).toBe('BurstHold');
});

test('a burst with a query of its own asks that one', async () => {
  const target = { type: 'AverageValue', averageValue: '10' };
  const prometheus = { query: 'sum(rate(load[$window]))', burstQuery: 'sum(load_now)' };
  scene.addProfile('web', {
    metrics: [{ name: 'load', type: 'Prometheus', prometheus, target }],
    burst: {},
  });
  scene.prometheus.answers.set('sum(rate(load[60s]))', { values: ['40'], agesSeconds: [1] });
  scene.prometheus.answers.set('sum(load_now)', { values: ['180'], agesSeconds: [1] });
  await scene.pass('web');
  expect(scene.replicasOf('web')).toBe(18);
  const [limit] = scene.statusOf('web').decision?.limits ?? [];
  expect(limit?.message).toMatch(/^load by its burstQuery: 18 for 180 at 10 a replica/);
});

test('guards and schedules by query are read with each pass, and status says what they said', async () => {
  const guard = { name: 'latency', query: 'p95', objective: '0.1', unless: 'wait > 0' };
  scene.addProfile('web', {
    guard: [guard],
    schedules: [{ name: 'expected', query: 'expected / 120' }],
  });
  scene.prometheus.answers.set('p95', { values: ['0.3'], agesSeconds: [1] });
  scene.prometheus.answers.set('wait > 0', { values: ['2'] });
  scene.prometheus.answers.set('expected / 120', { values: ['5.2'], agesSeconds: [1] });
  await scene.pass('web');
  expect(scene.replicasOf('web')).toBe(6);
  scene.wait(60);
  await scene.pass('web');
  expect(scene.replicasOf('web')).toBe(6);
  expect(scene.conditionOf('web', 'ObjectiveMissed')).toMatchObject({
    status: 'True',
    reason: 'BottleneckElsewhere',
  });
  expect(scene.statusOf('web').decision?.watches).toMatchObject([
    { kind: 'Guard', name: 'latency', state: 'Elsewhere', value: 0.3 },
    { kind: 'Schedule', name: 'expected', state: 'Floor', value: 5.2 },
  ]);
  scene.prometheus.outage = { code: 503, body: 'down' };
  scene.wait(5);
  await scene.pass('web');
  expect(scene.replicasOf('web')).toBe(6);
  expect(scene.conditionOf('web', 'Ready')?.message).toMatch(/expected: .*its last floor of 6/);
});

test('somebody else changes the count: named, told once, and taken as it is', async () => {
  scene.addProfile('web', { behavior: { scaleUp: { policies: [slowly] } } });
  await scene.pass('web');
  scene.addTarget('web', 2, 'kubectl');
  scene.wait(5);
  await scene.pass('web');
  expect(scene.replicasOf('web')).toBe(3);
  expect(scene.conditionOf('web', 'ForeignWriter')).toMatchObject({
    status: 'True',
    message: 'replicas were changed from 4 to 2 by kubectl, and taken as they are',
  });
  scene.wait(5);
  await scene.pass('web');
  expect(scene.eventReasons().filter((reason) => reason === 'ForeignWriter')).toHaveLength(1);
  expect(scene.statusOf('web').memory).toMatchObject({ replicas: 3, foreign: [{ by: 'kubectl' }] });
});

test('our own write is not foreign to the next operator, even where status missed it', async () => {
  scene.addProfile('web');
  await scene.pass('web');
  scene.restart();
  scene.addTarget('web', 8, 'bellwether-operator');
  scene.setLoad('80');
  scene.wait(5);
  await scene.pass('web');
  expect(scene.conditionOf('web', 'ForeignWriter')).toBeUndefined();
});

test('of two profiles with one target the younger does nothing and says so, the older says it too', async () => {
  scene.addProfile('web');
  scene.setLoad('80');
  await scene.pass('web', { profile: 'lms/other', isOlder: true });
  expect(scene.replicasOf('web')).toBe(4);
  const younger = 'ScaleProfile lms/other scales Deployment web too; it is older, so only it does';
  for (const type of ['Ready', 'AbleToScale']) {
    expect(scene.conditionOf('web', type)).toMatchObject({
      status: 'False',
      reason: 'AmbiguousTarget',
      message: younger,
    });
  }
  scene.wait(5);
  await scene.pass('web', { profile: 'lms/other', isOlder: false });
  expect(scene.replicasOf('web')).toBe(8);
  expect(scene.conditionOf('web', 'Ready')).toMatchObject({ reason: 'AmbiguousTarget' });
  expect(scene.conditionOf('web', 'AbleToScale')).toMatchObject({ status: 'True' });
  expect(scene.eventReasons().filter((reason) => reason === 'AmbiguousTarget')).toHaveLength(1);
  scene.wait(5);
  await scene.pass('web');
  expect(scene.conditionOf('web', 'Ready')).toMatchObject({ status: 'True' });
});

describe('the condition of sidecars', () => {
  const pgbouncer = { budgetRef: { name: 'none' }, credentialsSecretRef: { name: 'database' } };
  const ready = () => scene.conditionOf('web', 'SidecarsReady');

  test('is there for a profile that asks for some, and told once', async () => {
    scene.addProfile('web', { sidecars: { pgbouncer } });
    await scene.pass('web');
    await scene.pass('web');
    expect(ready()).toMatchObject({ status: 'False', reason: 'BudgetUnusable' });
    expect(scene.eventReasons().filter((reason) => reason === 'BudgetUnusable')).toHaveLength(1);
  });

  test('does not keep the count from being decided on', async () => {
    scene.addProfile('web', { sidecars: { pgbouncer } });
    scene.setLoad('10');
    await scene.pass('web');
    expect(scene.replicasOf('web')).toBe(1);
  });

  test('is not there for any other', async () => {
    scene.addProfile('web');
    await scene.pass('web');
    expect(ready()).toBeUndefined();
  });
});
