import { expect, test } from 'vitest';
import { parseProfile } from '../api/profile.ts';
import { decide } from '../scaling/decide.ts';
import { noMemory } from '../scaling/memory.ts';
import { observe } from '../scaling/testing/scenario.ts';
import { windowSeconds } from './cron.ts';
import { converted, refused } from './testing/converted.ts';

function scaledObject(spec: object, annotations: object = {}) {
  return {
    apiVersion: 'keda.sh/v1alpha1',
    kind: 'ScaledObject',
    metadata: { name: 'worker', annotations },
    spec: { scaleTargetRef: { name: 'worker' }, triggers: [prometheus()], ...spec },
  };
}

const query = 'sum(jobs)';
function prometheus(metadata: object = {}, more: object = {}) {
  return {
    type: 'prometheus',
    metadata: { serverAddress: 'http://prometheus:9090', query, threshold: '100', ...metadata },
    ...more,
  };
}
const strict = { ignoreNullValues: 'false' };
const cron = (metadata: object = {}) => ({
  type: 'cron',
  metadata: {
    timezone: 'Asia/Kolkata',
    start: '45 7 * * mon-fri',
    end: '45 16 * * mon-fri',
    desiredReplicas: '8',
    ...metadata,
  },
});
const target = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'worker' };

test('what is left out of a ScaledObject has the defaults of KEDA', () => {
  const { spec, notes } = converted(scaledObject({}));
  expect(spec).toEqual({
    scaleTargetRef: target,
    syncPeriodSeconds: 15,
    minReplicas: 0,
    maxReplicas: 100,
    metrics: [
      {
        name: 'prometheus-0',
        type: 'Prometheus',
        prometheus: { query: '(sum(jobs)) < Inf or on() vector(0)' },
        target: { type: 'AverageValue', averageValue: 100 },
      },
    ],
    strategy: { type: 'HPA' },
  });
  expect(notes).toEqual([
    expect.stringMatching(
      /^spec\.triggers\[0\]\.metadata\.serverAddress: http:\/\/prometheus:9090: .*PROMETHEUS_URL/,
    ),
    expect.stringMatching(/^spec\.triggers\[0\]\.metadata\.ignoreNullValues: .*for 0/),
  ]);
});

test('a prometheus trigger keeps its name, activation, type and threshold', () => {
  const trigger = prometheus(
    { ...strict, threshold: '2.5', activationThreshold: '5' },
    { name: 'Mail_Queue', metricType: 'Value' },
  );
  expect(converted(scaledObject({ triggers: [trigger] })).spec.metrics).toEqual([
    {
      name: 'mail-queue',
      type: 'Prometheus',
      prometheus: { query },
      target: { type: 'Value', value: '2.5' },
      activation: 5,
    },
  ]);
});

test('a query that ends in a comment is still closed', () => {
  const { spec } = converted(scaledObject({ triggers: [prometheus({ query: 'sum(a) # all' })] }));
  expect(spec.metrics[0].prometheus.query).toBe('(sum(a) # all\n) < Inf or on() vector(0)');
});

test('cpu and memory triggers become resource metrics, of one container too', () => {
  const triggers = [
    { type: 'cpu', metricType: 'Utilization', metadata: { value: '60' } },
    {
      type: 'memory',
      metricType: 'AverageValue',
      metadata: { value: '1Gi', containerName: 'api' },
    },
  ];
  expect(converted(scaledObject({ minReplicaCount: 2, triggers })).spec.metrics).toEqual([
    {
      name: 'cpu',
      type: 'Resource',
      resource: { name: 'cpu' },
      target: { type: 'Utilization', averageUtilization: 60 },
    },
    {
      name: 'memory-api',
      type: 'ContainerResource',
      resource: { name: 'memory', container: 'api' },
      target: { type: 'AverageValue', averageValue: '1Gi' },
    },
  ]);
});

test('a cron trigger becomes a floor in its time zone, with the length of its window', () => {
  const { spec, notes } = converted(scaledObject({ triggers: [prometheus(strict), cron()] }));
  expect(spec.schedules).toEqual([
    {
      name: 'cron-1',
      timeZone: 'Asia/Kolkata',
      start: '45 7 * * MON-FRI',
      durationSeconds: 32_400,
      minReplicas: 8,
    },
  ]);
  expect(notes.join()).not.toContain('changes its clocks');
  const inBerlin = scaledObject({ triggers: [cron({ timezone: 'Europe/Berlin' })] });
  expect(converted(inBerlin).notes.join()).toContain('Europe/Berlin changes its clocks');
});

test('cron triggers alone: the floor while the window is open, nothing outside it', () => {
  const { profile } = converted(scaledObject({ triggers: [cron({ timezone: 'UTC' })] }));
  const parsed = parseProfile(profile);
  if (!parsed.ok) throw new Error(parsed.problems.join());
  const replicasAt = (time: string, current: number) => {
    const seen = observe(Date.parse(time), current, { nothing: 0 });
    const old = { ...noMemory, proposals: [{ atMs: 0, replicas: 0 }] };
    return decide(parsed.profile.spec, seen, old).decision.desiredReplicas;
  };
  expect(replicasAt('2026-11-23T07:44:59Z', 0)).toBe(0);
  expect(replicasAt('2026-11-23T07:45:00Z', 0)).toBe(8);
  expect(replicasAt('2026-11-23T16:44:59Z', 8)).toBe(8);
  expect(replicasAt('2026-11-23T16:45:00Z', 8)).toBe(0);
});

test.each([
  { start: '0 8 * * 1-5', end: '0 18 * * 1-5', want: 36_000 },
  { start: '0 20 * * 5', end: '0 8 * * 1', want: 216_000 },
  { start: '30 23 * * *', end: '0 1 * * *', want: 5400 },
  { start: '0 8 * * *', end: '0 8 * * *', want: 86_400 },
  { start: '0 8 25 * *', end: '0 8 1 * *', want: 'its windows are not equally long' },
  { start: '0 8 * * 1', end: '0 8 15 * *', want: 'it starts again before it ends' },
  { start: '0 0 1 * *', end: '0 0 20 * *', want: 'it is open for more than 7 days' },
  { start: '0 0 30 2 *', end: '0 0 * * *', want: 'it never opens' },
  { start: '0 0 * * *', end: '0 0 30 2 *', want: 'it never ends' },
  { start: 'at noon', end: '0 0 * * *', want: expect.stringMatching(/^no cron expression: /) },
])('a window from $start to $end: $want', ({ start, end, want }) => {
  expect(windowSeconds(start, end)).toEqual(want);
});

const behavior = { scaleDown: { stabilizationWindowSeconds: 60 } };

test.each([
  {
    name: 'a slow poll',
    spec: { pollingInterval: 60 },
    want: { syncPeriodSeconds: 15 },
    said: /^spec\.pollingInterval: 60: /m,
  },
  { name: 'a quick poll', spec: { pollingInterval: 5 }, want: { syncPeriodSeconds: 5 } },
  {
    name: 'another cooldown than the down window',
    spec: { cooldownPeriod: 60 },
    want: { minReplicas: 0 },
    said: /^spec\.cooldownPeriod: 60: the last replica goes after the scale-down window of 300 s/m,
  },
  {
    name: 'a cooldown that is the down window',
    spec: { cooldownPeriod: 60, advanced: { horizontalPodAutoscalerConfig: { behavior } } },
    want: { behavior },
  },
  {
    name: 'a cooldown without effect',
    spec: { cooldownPeriod: 60, minReplicaCount: 1 },
    want: { minReplicas: 1 },
    said: /^spec\.cooldownPeriod: 60: without effect/m,
  },
  {
    name: 'an idle count',
    spec: { idleReplicaCount: 0, minReplicaCount: 3 },
    want: { minReplicas: 3 },
    said: /^spec\.idleReplicaCount: 0: .*rests at 3/m,
  },
  {
    name: 'a static fallback',
    spec: { fallback: { failureThreshold: 3, replicas: 6 } },
    want: { fallback: { failureSeconds: 90, replicas: 6 } },
    said: /^spec\.fallback\.behavior: static: the fallback raises to 6 and never lowers/m,
  },
  {
    name: 'a fallback that only raises',
    spec: {
      pollingInterval: 10,
      fallback: { failureThreshold: 2, replicas: 6, behavior: 'currentReplicasIfHigher' },
    },
    want: { fallback: { failureSeconds: 20, replicas: 6 } },
    said: /^spec\.fallback\.failureThreshold: 2 failed looks are taken for 20 s/m,
  },
  {
    name: 'a fallback that holds',
    spec: { fallback: { failureThreshold: 3, replicas: 6, behavior: 'currentReplicas' } },
    want: { fallback: { failureSeconds: 90 } },
    said: /^spec\.fallback\.behavior: currentReplicas: the count holds/m,
  },
  {
    name: 'other settings',
    spec: {
      initialCooldownPeriod: 30,
      scaleTargetRef: { name: 'worker', envSourceContainerName: 'a' },
      advanced: {
        restoreToOriginalReplicaCount: true,
        horizontalPodAutoscalerConfig: { name: 'x' },
      },
      triggers: [prometheus({ namespace: 'lms' }, { useCachedMetrics: true })],
    },
    want: {},
    said: /namespace: lms: .*envSourceContainerName|useCachedMetrics/s,
  },
])('$name', ({ spec, want, said }) => {
  const { spec: found, notes } = converted(scaledObject(spec));
  expect(found).toMatchObject(want);
  const others = notes.filter((note) => !/serverAddress|ignoreNullValues/.test(note));
  if (said) expect(others.join('\n')).toMatch(said);
  else expect(others).toEqual([]);
});

test.each([
  { name: 'paused', want: { mode: 'Paused' } },
  { name: 'paused-replicas', value: '5', want: { mode: 'Paused' } },
  { name: 'paused-scale-in', want: { behavior: { scaleDown: { selectPolicy: 'Disabled' } } } },
  { name: 'paused-scale-out', want: { behavior: { scaleUp: { selectPolicy: 'Disabled' } } } },
])('the annotation $name is kept', ({ name, value = 'true', want }) => {
  const { spec, metadata } = converted(
    scaledObject({}, { [`autoscaling.keda.sh/${name}`]: value }),
  );
  expect(spec).toMatchObject(want);
  expect(metadata).not.toHaveProperty('annotations');
});

test.each([
  {
    name: 'another trigger',
    spec: { triggers: [{ type: 'kafka', metadata: { a: '1' } }] },
    said: 'spec.triggers[0].type: "kafka": only triggers of type prometheus, cpu, memory, cron can be converted',
  },
  {
    name: 'authentication',
    spec: { triggers: [prometheus({}, { authenticationRef: { name: 'x' } })] },
    said: 'spec.triggers[0].authenticationRef: the operator asks its own Prometheus, and proves nothing to it',
  },
  {
    name: 'a way to authenticate',
    spec: { triggers: [prometheus({ authModes: 'bearer' })] },
    said: 'spec.triggers[0].metadata.authModes: ',
  },
  {
    name: 'a formula',
    spec: { advanced: { scalingModifiers: { formula: 'a + b', target: '2' } } },
    said: 'spec.advanced.scalingModifiers: a formula over several triggers',
  },
  {
    name: 'a threshold that is no number',
    spec: { triggers: [prometheus({ threshold: 'many' })] },
    said: 'spec.triggers[0].metadata.threshold: "many": must be a number',
  },
  {
    name: 'no query',
    spec: { triggers: [prometheus({ query: null })] },
    said: 'spec.triggers[0].metadata.query: Required value',
  },
  {
    name: 'a query that is none',
    spec: { triggers: [prometheus({ query: 'sum(' })] },
    said: 'spec.triggers[0].metadata.query: "sum(", character 5: the query ends too early',
  },
  { name: 'no triggers', spec: { triggers: [] }, said: 'spec.triggers: Required value' },
  {
    name: 'a window of no one length',
    spec: { triggers: [cron({ end: '0 8 1 * *' })] },
    said: 'spec.triggers[0].metadata: 45 7 * * MON-FRI to 0 8 1 * *: it starts again before it ends',
  },
  {
    name: 'a time zone that is none',
    spec: { triggers: [cron({ timezone: 'Mars/Base' })] },
    said: 'the profile would not be valid: spec.schedules[0].timeZone: "Mars/Base"',
  },
  {
    name: 'pods alone and zero',
    spec: { triggers: [{ type: 'cpu', metricType: 'Utilization', metadata: { value: '60' } }] },
    said: 'the profile would not be valid: spec.minReplicas',
  },
])('$name is refused by field', ({ spec, said }) => {
  expect(refused(scaledObject(spec)).join('\n')).toContain(said);
});
