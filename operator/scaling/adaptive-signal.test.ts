import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Decision } from '../api/decision.ts';
import { memorySchema } from '../api/status.ts';
import { decide } from './decide.ts';
import { type Memory, noMemory, recordScale } from './memory.ts';
import { averageOf, type Loads, observe, specOf, start } from './testing/scenario.ts';
import { readMemory, writeMemory } from './written-memory.ts';

const adaptive = (changes: object = {}, strategy: object = {}) =>
  specOf({ strategy: { type: 'Adaptive', ...strategy }, ...changes });

type Spec = ReturnType<typeof adaptive>;

interface Run {
  readonly decisions: readonly Decision[];
  readonly memory: Memory;
  readonly replicas: number;
  readonly nowMs: number;
}

const begin = (replicas: number): Run => ({
  decisions: [],
  memory: noMemory,
  replicas,
  nowMs: start,
});

/** Passes every 5 s for a while; each finds what the last one wrote. */
function follow(spec: Spec, before: Run, seconds: number, loads: (second: number) => Loads): Run {
  let run = { ...before, decisions: [...before.decisions] };
  for (let second = 0; second < seconds; second += 5) {
    const { decision, memory } = decide(
      spec,
      observe(run.nowMs, run.replicas, loads(second)),
      run.memory,
    );
    const change = decision.desiredReplicas - run.replicas;
    run = {
      decisions: [...run.decisions, decision],
      memory: change === 0 ? memory : recordScale(memory, run.nowMs, change),
      replicas: decision.desiredReplicas,
      nowMs: run.nowMs + 5000,
    };
  }
  return run;
}

const steady = (load: number) => () => ({ load });
const lasting = (run: Run) => run.decisions.map(({ desiredReplicas }) => desiredReplicas);

test('it looks every 5 s and asks for 30 s rates where nothing else is said', () => {
  expect(adaptive().syncPeriodSeconds).toBe(5);
  expect(adaptive({ syncPeriodSeconds: 20 }).syncPeriodSeconds).toBe(20);
  expect(specOf().syncPeriodSeconds).toBe(15);
});

test('no default policy limits a rise', () => {
  const { decisions } = follow(adaptive(), begin(2), 5, steady(500));
  // capacity 10 / 0.7; 500 and square-root staffing, on 95 % of a replica, and a tenth more
  const upper = 500 + 0.354 * Math.sqrt((500 * 10) / 0.7);
  expect(decisions[0]?.desiredReplicas).toBe(Math.ceil((1.1 * upper) / ((0.95 * 10) / 0.7) - 1e-3));
  expect(decisions[0]?.limits).toEqual([]);
});

test('policies that are written limit', () => {
  const policies = [{ type: 'Pods', value: 1, periodSeconds: 60 }];
  const spec = adaptive({ behavior: { scaleUp: { policies } } });
  expect(lasting(follow(spec, begin(2), 120, steady(500))).at(-1)).toBe(4);
});

test('a written window holds on top of the strategy', () => {
  const behavior = { scaleDown: { stabilizationWindowSeconds: 600 } };
  const fall = (spec: Spec) => {
    const counts = lasting(
      follow(spec, follow(spec, begin(2), 600, steady(500)), 1500, steady(50)),
    );
    return 5 * counts.findIndex((count, index) => index >= 120 && count < (counts[119] ?? 0)) - 600;
  };
  expect(fall(adaptive())).toBeLessThan(300);
  expect(fall(adaptive({ behavior }))).toBeGreaterThanOrEqual(600);
});

test('capacity, lead time and hold come from the profile', () => {
  const metrics = [averageOf('load', '10', { capacityPerReplica: '20' })];
  const [first] = follow(adaptive({ metrics }), begin(2), 5, steady(500)).decisions;
  expect(first?.desiredReplicas).toBe(
    Math.ceil((1.1 * (500 + 0.354 * Math.sqrt(500 * 20))) / 19 - 1e-3),
  );
});

test('a cold start holds for the hold and 30 s, and may rise', () => {
  const counts = lasting(follow(adaptive(), begin(40), 300, steady(50)));
  expect(counts.findIndex((count) => count < 40)).toBe(210 / 5);
  expect(lasting(follow(adaptive(), begin(2), 5, steady(500)))[0]).toBeGreaterThan(30);
});

test('a failed reading holds; fresh ones have to last for the hold and 30 s', () => {
  const spec = adaptive();
  const settled = follow(spec, begin(2), 1200, steady(500));
  const high = settled.replicas;
  const failed = follow(spec, settled, 60, () => ({ load: 'absent' }));
  expect(new Set(lasting(failed).slice(240))).toEqual(new Set([high]));
  const after = lasting(follow(spec, failed, 600, steady(50))).slice(252);
  expect(5 * after.findIndex((count) => count < high)).toBe(210);
});

test('a metric of another kind holds too, and the highest wins', () => {
  const value = {
    name: 'wait',
    type: 'Prometheus',
    prometheus: { query: 'w' },
    target: { type: 'Value', value: '1' },
  };
  const spec = adaptive({ metrics: [averageOf('load', '10'), value] });
  const settled = follow(spec, begin(4), 600, () => ({ load: 20, wait: 1 }));
  const raised = follow(spec, settled, 5, () => ({ load: 20, wait: 2 }));
  expect(raised.decisions.at(-1)).toMatchObject({
    winner: 'wait',
    desiredReplicas: 2 * settled.replicas,
  });
  const calm = lasting(follow(spec, raised, 400, () => ({ load: 20, wait: 0.1 }))).slice(121);
  expect(5 * calm.findIndex((count) => count < raised.replicas)).toBe(175);
});

test('to zero in one step after the hold, and awake at once', () => {
  const metrics = [averageOf('load', '10', { activation: '1' })];
  const spec = adaptive({ minReplicas: 0, metrics });
  const settled = follow(spec, begin(3), 600, steady(20));
  const asleep = lasting(follow(spec, settled, 400, steady(0.5))).slice(120);
  const first = asleep.indexOf(0);
  expect(5 * first).toBeGreaterThanOrEqual(175);
  expect(new Set(asleep.slice(first))).toEqual(new Set([0]));
  expect(asleep[0]).toBe(settled.replicas);
  const sleeping = follow(spec, settled, 400, steady(0.5));
  expect(follow(spec, sleeping, 5, steady(2)).replicas).toBeGreaterThanOrEqual(1);
});

test('a restart at any pass of an hour changes no decision', () => {
  const load = (second: number) => ({ load: 300 + 200 * Math.sin(second / 300) + (second % 35) });
  const spec = adaptive();
  const whole = follow(spec, begin(2), 3600, load);
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 719 }), (pass) => {
      const before = follow(spec, begin(2), pass * 5, load);
      const written: unknown = JSON.parse(JSON.stringify(writeMemory(before.memory)));
      const memory = readMemory(memorySchema.parse(written));
      const after = follow(spec, { ...before, memory }, 3600 - pass * 5, (second) =>
        load(second + pass * 5),
      );
      expect(after.decisions).toEqual(whole.decisions);
    }),
    { numRuns: 8 },
  );
});

const seriesOf = fc.array(fc.oneof(fc.nat(3000), fc.constant('absent' as const)), {
  minLength: 5,
  maxLength: 120,
});

test('whatever is read: within bounds, and a failed reading never lowers', () => {
  fc.assert(
    fc.property(seriesOf, fc.integer({ min: 0, max: 150 }), (series, replicas) => {
      const { decisions } = follow(adaptive(), begin(replicas), series.length * 5, (second) => ({
        load: series[second / 5] ?? 0,
      }));
      decisions.forEach(({ desiredReplicas, currentReplicas }, index) => {
        expect(desiredReplicas).toBeGreaterThanOrEqual(1);
        expect(desiredReplicas).toBeLessThanOrEqual(100);
        if (series[index] === 'absent') {
          expect(desiredReplicas).toBeGreaterThanOrEqual(Math.min(100, currentReplicas));
        }
      });
    }),
    { numRuns: 60 },
  );
});
