/** What holds for every profile, every load and every failure, tried on random runs. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decisionSchema } from '../api/decision.ts';
import { memorySchema } from '../api/status.ts';
import { behaviorRules } from './behavior.ts';
import { decide } from './decide.ts';
import { type Memory, noMemory, recordScale } from './memory.ts';
import type { Observation } from './observation.ts';
import type { FailureReason } from './reading.ts';
import {
  averageOf,
  failedReading,
  good,
  type Loads,
  observe,
  specOf,
  start,
} from './testing/scenario.ts';
import { readMemory, writeMemory } from './written-memory.ts';

const names = ['a', 'b'] as const;

const policies = fc.array(
  fc.record({
    type: fc.constantFrom('Pods', 'Percent'),
    value: fc.integer({ min: 1, max: 200 }),
    periodSeconds: fc.integer({ min: 1, max: 120 }),
  }),
  { minLength: 1, maxLength: 3 },
);
const rules = fc.record(
  {
    stabilizationWindowSeconds: fc.integer({ min: 0, max: 120 }),
    selectPolicy: fc.constantFrom('Max', 'Min', 'Disabled'),
    policies,
    tolerance: fc.constantFrom('0', '0.1', '0.5'),
  },
  { requiredKeys: [] },
);
/** A floor or a cap in some minutes of the hour that the runs last. */
const schedule = fc
  .record({
    minute: fc.integer({ min: 0, max: 40 }),
    durationSeconds: fc.integer({ min: 60, max: 900 }),
    replicas: fc.integer({ min: 1, max: 50 }),
    bound: fc.constantFrom('minReplicas', 'maxReplicas'),
  })
  .map(({ minute, durationSeconds, replicas, bound }) => ({
    name: 'random',
    start: `${minute} * * * *`,
    durationSeconds,
    [bound]: replicas,
  }));
const guard = { name: 'latency', query: 'p95', objective: '0.1', windowSeconds: 30, unless: 'w' };
const expected = { name: 'expected', query: 'expected' };
const spec = fc
  .record({
    minReplicas: fc.integer({ min: 0, max: 6 }),
    extra: fc.integer({ min: 1, max: 40 }),
    behavior: fc.record({ scaleUp: rules, scaleDown: rules }, { requiredKeys: [] }),
    activation: fc.constantFrom('0', '15'),
    schedules: fc.oneof(
      fc.constant([]),
      fc.constant([]),
      schedule.map((one) => [one]),
    ),
    mode: fc.constantFrom('Active', 'Active', 'Observe', 'Paused'),
    burst: fc.option(fc.constant({ windowSeconds: 10, thresholdPercent: 150 }), { nil: undefined }),
    guard: fc.constantFrom([], [guard]),
    expected: fc.constantFrom([], [expected]),
  })
  .map(({ minReplicas, extra, activation, schedules, expected, ...rest }) =>
    specOf({
      ...rest,
      schedules: [...schedules, ...expected],
      minReplicas,
      maxReplicas: minReplicas + extra,
      metrics: names.map((name) => {
        const prometheus = { query: `rate(${name}[$window])` };
        return averageOf(name, '10', { activation, prometheus });
      }),
    }),
  );

const failure = fc.constantFrom<FailureReason>('absent', 'invalid', 'stale', 'error');
const number = fc.double({ min: 0, max: 600, noNaN: true });
const loads: fc.Arbitrary<Loads> = fc.record({
  a: fc.oneof({ weight: 4, arbitrary: number }, failure),
  b: fc.oneof({ weight: 4, arbitrary: number }, failure),
});
/** Readings beside those of the metrics, by their names; a reason stands for a failed one. */
interface Beside {
  readonly burst: number | FailureReason;
  readonly latency: number | FailureReason;
  readonly unless: number | FailureReason;
  readonly floor: number | FailureReason;
}
const beside: fc.Arbitrary<Beside> = fc.record({
  burst: fc.oneof({ weight: 4, arbitrary: number }, failure),
  latency: fc.oneof({ weight: 6, arbitrary: fc.constantFrom(0.05, 0.2, 0.3, 0.35) }, failure),
  unless: fc.oneof({ weight: 4, arbitrary: fc.constantFrom(0, 0, 1) }, failure),
  floor: fc.oneof({ weight: 4, arbitrary: fc.double({ min: 0, max: 40, noNaN: true }) }, failure),
});
/** The share of replicas that are ready; the others are starting. */
const readyPercent = fc.integer({ min: 0, max: 100 });
const seconds = fc.integer({ min: 1, max: 90 });
const pass = fc.record({ loads, beside, readyPercent, seconds });
type Pass = typeof pass extends fc.Arbitrary<infer Value> ? Value : never;
const run = fc.record({
  spec,
  current: fc.integer({ min: 0, max: 60 }),
  passes: fc.array(pass, { minLength: 1, maxLength: 25 }),
});
type Run = typeof run extends fc.Arbitrary<infer Value> ? Value : never;

function besideOf({ burst, latency, unless, floor }: Beside, nowMs: number) {
  const reading = (seen: number | FailureReason) =>
    typeof seen === 'number' ? good(seen, nowMs) : failedReading(seen);
  return {
    burstReadings: { a: reading(burst) },
    guardReadings: { latency: { value: reading(latency), unless: reading(unless) } },
    scheduleReadings: { expected: reading(floor) },
  };
}

function observed(
  nowMs: number,
  replicas: number,
  { loads, beside, readyPercent }: Pass,
): Observation {
  const readyReplicas = Math.floor((replicas * readyPercent) / 100);
  return {
    ...observe(nowMs, replicas, loads),
    ...besideOf(beside, nowMs),
    readyReplicas,
    startingReplicas: replicas - readyReplicas,
  };
}

/** What was seen, with other loads. */
function withLoads(observation: Observation, loads: Loads): Observation {
  const { nowMs, currentReplicas } = observation;
  return { ...observation, readings: observe(nowMs, currentReplicas, loads).readings };
}

/** Every pass of a run: what it saw, decided and remembered. */
function play({ spec, current, passes }: Run) {
  let memory: Memory = noMemory;
  let replicas = current;
  let nowMs = start;
  return passes.map((pass) => {
    nowMs += pass.seconds * 1000;
    const observation = observed(nowMs, replicas, pass);
    const before = memory;
    const { decision, memory: after } = decide(spec, observation, before);
    const change = spec.mode === 'Observe' ? 0 : decision.desiredReplicas - replicas;
    memory = change === 0 ? after : recordScale(after, nowMs, change);
    replicas += change;
    return { observation, before, decision, after };
  });
}

test('the same inputs give the same bytes', () => {
  fc.assert(
    fc.property(run, (random) => {
      expect(JSON.stringify(play(random))).toBe(JSON.stringify(play(random)));
    }),
    { numRuns: 60 },
  );
});

test('every decision is one that status may hold', () => {
  fc.assert(
    fc.property(run, (random) => {
      for (const { decision } of play(random)) {
        expect(decisionSchema.parse(JSON.parse(JSON.stringify(decision)))).toEqual(decision);
      }
    }),
    { numRuns: 60 },
  );
});

test('replicas stay within bounds', () => {
  fc.assert(
    fc.property(run, (random) => {
      for (const { decision } of play(random)) {
        expect(decision.desiredReplicas).toBeGreaterThanOrEqual(random.spec.minReplicas);
        expect(decision.desiredReplicas).toBeLessThanOrEqual(random.spec.maxReplicas);
      }
    }),
    { numRuns: 100 },
  );
});

test('more load never means fewer replicas', () => {
  const more = fc.record({ random: run, metric: fc.constantFrom(...names), added: number });
  fc.assert(
    fc.property(more, ({ random, metric, added }) => {
      const last = play(random).at(-1);
      const load = random.passes.at(-1)?.loads[metric];
      if (!last || typeof load !== 'number') return;
      const raised = { ...random.passes.at(-1)?.loads, [metric]: load + added };
      const observation = withLoads(last.observation, raised);
      const { decision } = decide(random.spec, observation, last.before);
      expect(decision.desiredReplicas).toBeGreaterThanOrEqual(last.decision.desiredReplicas);
    }),
    { numRuns: 150 },
  );
});

test('nothing falls within the down window below a higher proposal', () => {
  fc.assert(
    fc.property(run, (random) => {
      const { down } = behaviorRules(random.spec.behavior);
      const proposals: { readonly atMs: number; readonly replicas: number }[] = [];
      for (const { observation, decision, after } of play(random)) {
        const { nowMs, currentReplicas } = observation;
        proposals.push({ atMs: nowMs, replicas: after.proposals.at(-1)?.replicas ?? 0 });
        const recent = proposals.filter(({ atMs }) => atMs > nowMs - down.windowMs);
        const highest = Math.max(0, ...recent.map(({ replicas }) => replicas));
        const least = Math.min(currentReplicas, highest, random.spec.maxReplicas);
        expect(decision.desiredReplicas).toBeGreaterThanOrEqual(least);
      }
    }),
    { numRuns: 150 },
  );
});

test('with every reading failed nothing falls, but to maxReplicas', () => {
  fc.assert(
    fc.property(run, failure, (random, reason) => {
      const last = play(random).at(-1);
      if (!last) return;
      const { nowMs, currentReplicas } = last.observation;
      const blind = {
        ...withLoads(last.observation, { a: reason, b: reason }),
        ...besideOf({ burst: reason, latency: reason, unless: reason, floor: reason }, nowMs),
      };
      const spec = { ...random.spec, schedules: [] };
      const { decision } = decide(spec, blind, last.before);
      const least = Math.min(currentReplicas, random.spec.maxReplicas);
      expect(decision.desiredReplicas).toBeGreaterThanOrEqual(least);
    }),
    { numRuns: 150 },
  );
});

test('a failed reading never gives less than the same reading at its lowest', () => {
  fc.assert(
    fc.property(run, failure, (random, reason) => {
      const last = play(random).at(-1);
      if (!last) return;
      const desired = (a: number | FailureReason) =>
        decide(random.spec, withLoads(last.observation, { a, b: 50 }), last.before).decision
          .desiredReplicas;
      expect(desired(reason)).toBeGreaterThanOrEqual(desired(0));
    }),
    { numRuns: 150 },
  );
});

test('a failed reading of a burst, guard or floor never gives less than a calm one', () => {
  const calm = { burst: 0, latency: 0.05, unless: 0, floor: 0 };
  const which = fc.constantFrom('burst', 'latency', 'unless', 'floor');
  fc.assert(
    fc.property(run, failure, which, (random, reason, name) => {
      const last = play(random).at(-1);
      if (!last) return;
      const { nowMs } = last.observation;
      const desired = (beside: Beside) =>
        decide(random.spec, { ...last.observation, ...besideOf(beside, nowMs) }, last.before)
          .decision.desiredReplicas;
      expect(desired({ ...calm, [name]: reason })).toBeGreaterThanOrEqual(desired(calm));
    }),
    { numRuns: 150 },
  );
});

test('starting replicas are not ordered again: at a steady load nothing rises beyond what it needs', () => {
  const steady = fc.record({
    spec,
    current: fc.integer({ min: 0, max: 60 }),
    load: number,
    splits: fc.array(fc.record({ readyPercent, seconds }), { minLength: 1, maxLength: 15 }),
  });
  fc.assert(
    fc.property(steady, ({ spec, current, load, splits }) => {
      const beside = { burst: load, latency: 0.05, unless: 0, floor: 0 };
      const passes = splits.map((split) => ({ ...split, beside, loads: { a: load, b: 0 } }));
      const unscheduled = { ...spec, schedules: [] };
      const needed = Math.ceil(load / 10 + 0.001);
      const most = Math.max(current, needed, spec.minReplicas);
      for (const { decision } of play({ spec: unscheduled, current, passes })) {
        expect(decision.desiredReplicas).toBeLessThanOrEqual(most);
      }
    }),
    { numRuns: 100 },
  );
});

test('neither a burst nor a guard ever lowers', () => {
  fc.assert(
    fc.property(run, (random) => {
      const last = play(random).at(-1);
      if (!last) return;
      const { burst: _, ...rest } = random.spec;
      const without = decide({ ...rest, guard: [] }, last.observation, last.before);
      expect(last.decision.desiredReplicas).toBeGreaterThanOrEqual(
        without.decision.desiredReplicas,
      );
    }),
    { numRuns: 100 },
  );
});

test('memory through JSON decides the same, and stays bounded', () => {
  fc.assert(
    fc.property(run, (random) => {
      for (const { observation, before, decision, after } of play(random)) {
        const text = JSON.stringify(writeMemory(before));
        const copy = readMemory(memorySchema.parse(JSON.parse(text)));
        expect(decide(random.spec, observation, copy)).toEqual({ decision, memory: after });
        expect(after.proposals.length).toBeLessThanOrEqual(2 * 46 + 1);
      }
    }),
    { numRuns: 60 },
  );
});

test('limits lead from the proposal to the decision without a gap', () => {
  fc.assert(
    fc.property(run, (random) => {
      for (const { decision } of play(random)) {
        const { limits, desiredReplicas } = decision;
        if (limits.length > 0) expect(limits.at(-1)?.to).toBe(desiredReplicas);
        else expect(desiredReplicas).toBe(decision.proposedReplicas);
      }
    }),
    { numRuns: 100 },
  );
});
