import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type ProfileSpec, parseProfile } from '../api/profile.ts';
import { decide } from '../scaling/decide.ts';
import { type Memory, noMemory, recordScale } from '../scaling/memory.ts';
import { observe, start } from '../scaling/testing/scenario.ts';
import { hpaRules } from '../simulate/hpa.ts';
import { converted, refused } from './testing/converted.ts';

const scaleTargetRef = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' };

function hpa(spec: object, apiVersion = 'autoscaling/v2', metadata: object = {}) {
  return {
    apiVersion,
    kind: 'HorizontalPodAutoscaler',
    metadata: { name: 'web', namespace: 'shop', ...metadata },
    spec: { scaleTargetRef, maxReplicas: 10, ...spec },
  };
}

const average = { type: 'AverageValue', averageValue: '35' };
const external = (name: string, target: object = average) => ({
  type: 'External',
  external: { metric: { name, selector: { matchLabels: { a: 'b' } } }, target },
});
const cpu = (target: object) => ({ type: 'Resource', resource: { name: 'cpu', target } });
const seventy = { type: 'Utilization', averageUtilization: 70 };
const query = 'sum(rate(http_requests_total[1m]))';

test('an HPA on CPU becomes a profile of strategy HPA, nothing left out', () => {
  const { metadata, spec, notes, text } = converted(
    hpa({ minReplicas: 3, metrics: [cpu(seventy)] }),
  );
  expect(metadata).toEqual({ name: 'web', namespace: 'shop' });
  expect(spec).toEqual({
    scaleTargetRef,
    syncPeriodSeconds: 15,
    minReplicas: 3,
    maxReplicas: 10,
    metrics: [{ name: 'cpu', type: 'Resource', resource: { name: 'cpu' }, target: seventy }],
    strategy: { type: 'HPA' },
  });
  expect(notes).toEqual([]);
  expect(text).toMatch(/^# From HorizontalPodAutoscaler shop\/web\. Nothing is left out\.\n/);
});

const rules = {
  stabilizationWindowSeconds: 60,
  selectPolicy: 'Min',
  policies: [{ type: 'Pods', value: 2, periodSeconds: 30 }],
  tolerance: '50m',
};

test('behavior, containers, memory and adapted metrics with their queries are kept', () => {
  const container = {
    name: 'memory',
    container: 'api',
    target: { type: 'AverageValue', averageValue: '1Gi' },
  };
  const metrics = [
    { type: 'ContainerResource', containerResource: container },
    external('http_requests'),
    { type: 'Pods', pods: { metric: { name: 'http_requests' }, target: average } },
    {
      type: 'Object',
      object: {
        metric: { name: 'depth' },
        describedObject: { kind: 'Service', name: 'x' },
        target: { type: 'Value', value: 5 },
      },
    },
  ];
  const behavior = { scaleUp: rules, scaleDown: { stabilizationWindowSeconds: 0 } };
  const queries = { http_requests: query, depth: 'max(depth)' };
  const { spec, notes } = converted(hpa({ metrics, behavior }), { queries });
  expect(spec.behavior).toEqual(behavior);
  expect(spec).not.toHaveProperty('mode');
  expect(spec.metrics).toEqual([
    {
      name: 'memory-api',
      type: 'ContainerResource',
      resource: { name: 'memory', container: 'api' },
      target: container.target,
    },
    { name: 'http-requests', type: 'Prometheus', prometheus: { query }, target: average },
    { name: 'http-requests-2', type: 'Prometheus', prometheus: { query }, target: average },
    {
      name: 'depth',
      type: 'Prometheus',
      prometheus: { query: 'max(depth)' },
      target: { type: 'Value', value: 5 },
    },
  ]);
  expect(notes).toEqual([
    expect.stringMatching(/^spec\.metrics\[2\]\.pods: .*total over all pods/),
  ]);
});

test('a metric whose query only an adapter knows is named, and nothing is written until it is there', () => {
  const { spec, notes } = converted(hpa({ metrics: [cpu(seventy), external('rps')] }));
  expect(spec.mode).toBe('Observe');
  expect(spec.metrics).toHaveLength(1);
  expect(notes.join('\n')).toMatch(
    /^spec\.metrics\[1\]\.external: External metric rps is left out: .*--query 'rps=PROMQL'/,
  );
  expect(refused(hpa({ metrics: [external('rps')] }))).toEqual([
    'spec.metrics: none of them can be converted as it is',
  ]);
});

test('v1, and v2 without metrics, are judged by the CPU as the API server would', () => {
  const of = (percent: number) => [
    { target: { type: 'Utilization', averageUtilization: percent } },
  ];
  const first = hpa({ targetCPUUtilizationPercentage: 55 }, 'autoscaling/v1');
  expect(converted(first).spec).toMatchObject({ minReplicas: 1, metrics: of(55) });
  for (const object of [hpa({}, 'autoscaling/v1'), hpa({})]) {
    const { spec, notes } = converted(object);
    expect(spec).toMatchObject({ metrics: of(80) });
    expect(notes).toEqual([expect.stringMatching(/^spec: names no metric: the default of 80 %/)]);
  }
});

test('what kubectl and the API server write is left behind, the rest of the metadata kept', () => {
  const annotations = { 'kubectl.kubernetes.io/last-applied-configuration': '{}', team: 'a' };
  const labels = { app: 'web' };
  const object = {
    ...hpa({ metrics: [cpu(seventy)] }, 'autoscaling/v2', { labels, annotations, uid: 'x' }),
    status: { a: 1 },
  };
  expect(converted(object).metadata).toEqual({
    name: 'web',
    namespace: 'shop',
    labels,
    annotations: { team: 'a' },
  });
});

test('no unknown field is dropped in silence', () => {
  expect(converted(hpa({ metrics: [cpu(seventy)], cooldown: { seconds: 5 } })).notes).toEqual([
    'spec.cooldown.seconds: 5: has no place in a profile',
  ]);
});

test.each([
  {
    name: 'no target',
    spec: { scaleTargetRef: {} },
    said: 'spec.scaleTargetRef.kind: Required value',
  },
  {
    name: 'a text for a count',
    spec: { maxReplicas: 'ten' },
    said: 'spec.maxReplicas: "ten": must be a whole number of at least 0',
  },
  {
    name: 'no maximum',
    spec: { maxReplicas: null, metrics: [cpu(seventy)] },
    said: 'the profile would not be valid: spec.maxReplicas: Required value',
  },
  {
    name: 'bounds that cross',
    spec: { minReplicas: 20, metrics: [cpu(seventy)] },
    said: 'the profile would not be valid: spec.maxReplicas: 10 with minReplicas 20',
  },
  {
    name: 'an unknown type',
    spec: { metrics: [{ type: 'Cloud' }] },
    said: 'spec.metrics[0].type: "Cloud": no such type of metric',
  },
  {
    name: 'an unknown resource',
    spec: { metrics: [{ type: 'Resource', resource: { name: 'disk', target: seventy } }] },
    said: 'spec.metrics[0].resource.name: "disk": only cpu and memory can be converted',
  },
  { name: 'metrics that are no list', spec: { metrics: 5 }, said: 'spec.metrics: must be a list' },
])('an HPA with $name is refused by field', ({ spec, said }) => {
  expect(refused(hpa(spec)).join('\n')).toContain(said);
});

test('a query that is none is refused with its place', () => {
  const queries = { rps: 'sum(rat(x))' };
  expect(refused(hpa({ metrics: [external('rps')] }), { queries })).toEqual([
    'spec.metrics[0].external: "sum(rat(x))", character 5: there is no function rat',
  ]);
});

function specOf(object: unknown, queries: Readonly<Record<string, string>>): ProfileSpec {
  const parsed = parseProfile(converted(object, { queries }).profile);
  if (!parsed.ok) throw new Error(parsed.problems.join('\n'));
  return parsed.profile.spec;
}

const runs = fc.record({
  target: fc.integer({ min: 1, max: 100 }),
  minReplicas: fc.integer({ min: 1, max: 5 }),
  extra: fc.integer({ min: 0, max: 60 }),
  loads: fc.array(fc.integer({ min: 0, max: 4000 }), { minLength: 1, maxLength: 60 }),
});

test('a converted HPA decides as the HPA does on the same readings', () => {
  fc.assert(
    fc.property(runs, ({ target, minReplicas, extra, loads }) => {
      const maxReplicas = minReplicas + extra;
      const wanted = { type: 'AverageValue', averageValue: String(target) };
      const object = hpa({ minReplicas, maxReplicas, metrics: [external('rps', wanted)] });
      const spec = specOf(object, { rps: query });
      const theirs = hpaRules(target, (second) => loads[second / 15] ?? 0);
      let memory: Memory = {
        ...noMemory,
        proposals: [{ atMs: start - 3_600_000, replicas: 1 }],
      };
      let replicas = minReplicas;
      for (const [index, load] of loads.entries()) {
        const nowMs = start + index * 15_000;
        const fleet = { replicas, readyReplicas: replicas };
        const expected = Math.min(maxReplicas, Math.max(minReplicas, theirs(index * 15, fleet)));
        const decided = decide(spec, observe(nowMs, replicas, { rps: load }), memory);
        const { desiredReplicas } = decided.decision;
        expect(desiredReplicas).toBe(expected);
        const change = desiredReplicas - replicas;
        memory = change === 0 ? decided.memory : recordScale(decided.memory, nowMs, change);
        replicas = desiredReplicas;
      }
    }),
    { numRuns: 60 },
  );
});
