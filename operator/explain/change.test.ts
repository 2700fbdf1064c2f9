import fc from 'fast-check';
import { expect, test } from 'vitest';
import { limitByBudget } from '../scaling/budget.ts';
import { decide } from '../scaling/decide.ts';
import { type Memory, noMemory } from '../scaling/memory.ts';
import { averageOf, type Loads, observe, specOf, start } from '../scaling/testing/scenario.ts';
import { writeMemory } from '../scaling/written-memory.ts';
import { type Change, oneFewer, oneMore, standing } from './change.ts';
import { thresholdsOf } from './threshold.ts';

/** Long ago, so that no window holds. */
const rested: Memory = {
  ...noMemory,
  proposals: [{ atMs: start - 3_600_000, replicas: 1 }],
};

function changes(spec: object, current: number, loads: Loads, memory = rested) {
  const parsed = specOf({ ...spec });
  const decided = decide(parsed, observe(start, current, loads), memory);
  const explained = {
    spec: parsed,
    decision: decided.decision,
    memory: writeMemory(decided.memory),
  };
  return { more: oneMore(explained), fewer: oneFewer(explained), decided };
}

const value = { ...averageOf('load', '1'), target: { type: 'Value', value: '20' } };
const jobs = {
  name: 'load',
  type: 'Queue',
  queue: { depth: 'jobs', ratePerReplica: '4', drainSeconds: 60 },
};

test.each([
  // 10 a replica at 5: up beyond 5 x 10 x 1.1, down when 4 are enough, which is below 0.9 x 50.
  { name: 'an average', spec: {}, load: 50, more: ['above', 55], fewer: ['at or below', 40] },
  // 19 replicas: 18 x 10 lies within the tolerance of 190, so 171 decides.
  {
    name: 'an average of many',
    spec: {},
    current: 19,
    load: 190,
    more: ['above', 209],
    fewer: ['below', 171],
  },
  // Five ready at 20: 22 leaves the tolerance; four fifths of 20 is below it.
  {
    name: 'a value',
    spec: { metrics: [value] },
    load: 20,
    more: ['above', 22],
    fewer: ['at or below', 16],
  },
  // 240 jobs a replica in 60 s.
  {
    name: 'a queue',
    spec: { metrics: [jobs] },
    load: 1100,
    more: ['above', 1200],
    fewer: ['at or below', 960],
  },
  {
    name: 'the last replica of a target that may go to zero',
    spec: { minReplicas: 0, metrics: [averageOf('load', '10', { activation: '3' })] },
    current: 1,
    load: 9,
    more: ['above', 11],
    fewer: ['at or below', 3],
  },
  {
    name: 'a target at zero',
    spec: { minReplicas: 0, metrics: [averageOf('load', '10', { activation: '3' })] },
    current: 0,
    load: 1,
    more: ['above', 3],
    fewer: undefined,
  },
])('$name: what it takes', ({ spec, current = 5, load, more, fewer }) => {
  const found = changes(spec, current, { load });
  const told = ({ thresholds }: Change) =>
    thresholds.map(({ comparison, bound }) => [comparison, expect.closeTo(bound, 6)]);
  expect([more]).toEqual(told(found.more));
  if (fewer) expect([fewer]).toEqual(told(found.fewer));
});

// Up beyond 1.03 x 20; down where 1.12 x the need held comes to 17 at most: a gap of 12 % of 20, rounded up.
test('with strategy Adaptive the need decides, told as it is where nothing has been learned', () => {
  const spec = specOf({ strategy: { type: 'Adaptive' } });
  const [metric] = spec.metrics;
  const proposal = { name: 'load', replicas: 20, value: 150, need: 18.5, message: '' };
  const context = { spec, replicas: 20, readyReplicas: 20, memory: undefined };
  expect(metric && thresholdsOf(metric, proposal, context)).toEqual({
    more: needing('above', 20.6),
    fewer: needing('at or below', 17 / 1.12),
  });
});

// At 10 a replica a capacity of 10 / 0.7, for a need of 1.03 x 20 after square-root staffing; the load is its own forecast.
test('with strategy Adaptive the load is told that the forecast would have to reach', () => {
  const adaptive = { strategy: { type: 'Adaptive' } };
  const { more, decided } = changes(adaptive, 20, { load: 200 }, noMemory);
  const [threshold] = more.thresholds;
  const capacity = 10 / 0.7;
  const load = threshold?.bound ?? 0;
  expect(threshold).toMatchObject({ what: 'the load it expects', comparison: 'above' });
  expect(threshold?.now).toBeCloseTo(200, 2);
  expect((load + 0.354 * Math.sqrt(load * capacity)) / (0.95 * capacity)).toBeCloseTo(20.6, 2);
  expect(decided.decision.proposals[0]?.replicas).toBe(20);
  const asks = (reading: number) =>
    changes(adaptive, 20, { load: reading }, noMemory).decided.decision.proposals[0]?.replicas;
  expect(asks(load + 0.01)).toBe(23);
  expect(asks(load - 0.01)).toBe(20);
});

test('with strategy Adaptive fewer is told as a load, too, unless even no load needs so few', () => {
  const spec = specOf({ strategy: { type: 'Adaptive' } });
  const [metric] = spec.metrics;
  const { decided } = changes({ strategy: { type: 'Adaptive' } }, 20, { load: 200 }, noMemory);
  const told = (replicas: number, variance: number) => {
    const memory = writeMemory(decided.memory);
    const learned = memory.signals.load?.adaptive;
    if (!metric || !learned) throw new Error('nothing was learned');
    const signal = { proposals: [], adaptive: { ...learned, variance } };
    const context = { spec, replicas, readyReplicas: replicas };
    const proposal = { name: 'load', replicas, value: 150, need: 18.5, message: '' };
    return thresholdsOf(metric, proposal, {
      ...context,
      memory: { ...memory, signals: { load: signal } },
    }).fewer;
  };
  expect(told(20, 0)?.what).toBe('the load it expects');
  expect(told(3, 4)).toMatchObject({ what: 'the replicas it needs', now: 18.5 });
});

function needing(comparison: string, bound: number): object {
  const now = 18.5;
  return {
    metric: 'load',
    what: 'the replicas it needs',
    comparison,
    bound: expect.closeTo(bound),
    now,
  };
}

test('bounds, the mode and limits stand in the way, each named', () => {
  expect(changes({ maxReplicas: 5 }, 5, { load: 50 }).more.inTheWay).toEqual(['maxReplicas is 5']);
  expect(changes({ minReplicas: 5 }, 5, { load: 50 }).fewer.inTheWay).toEqual(['minReplicas is 5']);
  expect(changes({ mode: 'Paused' }, 5, { load: 50 }).more.inTheWay).toEqual(['mode is Paused']);
  const paced = changes({}, 5, { load: 400 }).more;
  expect(paced).toMatchObject({ isAsked: true, replicas: 11, thresholds: [] });
  expect(paced.inTheWay.join()).toMatch(/^ScaleUpLimit: the policies allow 10 until /);
});

test('a budget stands in the way, and so does a wait for one that is spent', () => {
  const spec = specOf({});
  const { decision } = decide(spec, observe(start, 5, { load: 80 }), rested);
  const grant = { granted: { replicas: 6, message: 'floors for 6' }, carried: undefined };
  const limited = limitByBudget(decision, spec, grant);
  const more = oneMore({ spec, decision: limited, memory: undefined });
  expect(more).toMatchObject({ replicas: 7, inTheWay: ['BudgetLimited: floors for 6'] });

  const poolWait = { budget: 'postgres', metrics: ['load'], guards: [] };
  const spent = decide(spec, { ...observe(start, 5, { load: 80 }), poolWait }, rested).decision;
  const { inTheWay } = oneMore({ spec, decision: spent, memory: undefined });
  expect(inTheWay.join()).toMatch(/^PoolSaturated: clients wait .* postgres is spent/);
});

test('a window that holds is in the way of fewer, and the metrics ask for it already', () => {
  const recent = { ...rested, proposals: [{ atMs: start - 60_000, replicas: 5 }] };
  const { fewer } = changes({}, 5, { load: 10 }, recent);
  expect(fewer).toMatchObject({ isAsked: true, windowSeconds: 300, unread: [] });
  expect(fewer.inTheWay.join()).toMatch(/^ScaleDownStabilized: .* until 2026-11-21T10:04:00/);
});

test('a metric without a reading must be read again before anything falls', () => {
  const metrics = [averageOf('load', '10'), averageOf('lost', '10')];
  const { fewer } = changes({ metrics }, 5, { load: 50, lost: 'stale' });
  expect(fewer.unread).toEqual(['lost']);
});

/** The counts that a metric asks for with its reading at, just below and just above a threshold. */
const scenes = fc.record({
  kind: fc.constantFrom('average', 'value', 'queue'),
  current: fc.integer({ min: 1, max: 40 }),
  ready: fc.integer({ min: 1, max: 40 }),
  load: fc.integer({ min: 0, max: 8000 }),
  tolerance: fc.constantFrom('0', '0.05', '0.1', '0.3'),
  minReplicas: fc.constantFrom(0, 1),
  activation: fc.constantFrom('0', '7'),
});

test('crossing a threshold is what makes a metric ask for more or fewer', () => {
  fc.assert(
    fc.property(scenes, ({ kind, current, ready, load, tolerance, minReplicas, activation }) => {
      const metric = { average: averageOf('load', '10'), value, queue: jobs }[kind] ?? value;
      const spec = specOf({
        minReplicas,
        maxReplicas: 100_000,
        metrics: [{ ...metric, activation }],
        behavior: { scaleUp: { tolerance }, scaleDown: { tolerance } },
      });
      const asks = (reading: number, replicas: number) => {
        const seen = { ...observe(start, replicas, { load: reading }), readyReplicas: ready };
        return decide(spec, seen, rested);
      };
      const { decision, memory } = asks(load, current);
      const explained = { spec, decision, memory: writeMemory(memory) };
      const replicas = standing(decision);
      if (replicas === 0) return;
      const proposed = (reading: number) =>
        asks(Math.max(0, reading), replicas).decision.proposals[0]?.replicas ?? 0;
      const step = 0.002;
      for (const { bound } of oneMore(explained).thresholds) {
        expect(proposed(bound + step)).toBeGreaterThan(replicas);
        expect(proposed(bound - step)).toBeLessThanOrEqual(replicas);
      }
      for (const { bound } of oneFewer(explained).thresholds) {
        expect(proposed(bound + step)).toBeGreaterThanOrEqual(replicas);
        if (bound >= step) expect(proposed(bound - step)).toBeLessThan(replicas);
      }
    }),
    { numRuns: 300 },
  );
});

test('what pods use is told like a value, once as many count as there should be', () => {
  const target = { type: 'Utilization', averageUtilization: 70 };
  const cpu = { name: 'cpu', type: 'Resource', resource: { name: 'cpu' }, target };
  const spec = specOf({ metrics: [cpu] });
  const [metric] = spec.metrics;
  if (!metric) throw new Error('the profile lost its metric');
  const told = (readyReplicas: number) =>
    thresholdsOf(
      metric,
      { name: 'cpu', value: 71, replicas: 5, message: '' },
      { spec, replicas: 5, readyReplicas, memory: undefined },
    );
  // Five at 70 %: 77 leaves the tolerance; four fifths of 70 is below it.
  expect(told(5).more?.bound).toBeCloseTo(77);
  expect(told(5).fewer).toMatchObject({ comparison: 'at or below', bound: 56, now: 71 });
  expect(told(4)).toEqual({});
});
