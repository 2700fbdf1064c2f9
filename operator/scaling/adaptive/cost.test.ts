import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type CostMemory, governCost, noCost } from './cost.ts';

const settings = {
  costRatio: 1.03,
  capacityPerReplica: 50,
  syncPeriodSeconds: 5,
  minReplicas: 2,
  maxReplicas: 100,
};
const DAY_OF_PASSES = 86_400 / 5;

/** Passes every 5 s at a steady load and replicas. */
function steady(
  memory: CostMemory,
  passes: number,
  load: number,
  currentReplicas: number,
  from = 0,
) {
  let after = memory;
  for (let pass = from; pass < from + passes; pass += 1) {
    const nowMs = pass * 5000;
    const loads = { timesMs: [nowMs - 60_000, nowMs], loads: [load, load] };
    after = governCost(after, { nowMs, lagSeconds: 5, currentReplicas, loads }, settings);
  }
  return after;
}

test('the shadow is an HPA at 70 % of capacity, up four or double every 15 s', () => {
  const replicas = [1, 4, 7, 10].map(
    (passes) => steady(noCost(settings), passes, 700, 2).shadow.replicas,
  );
  expect(replicas).toEqual([6, 12, 20, 20]);
});

test('the shadow falls at the first sync that finds its highest proposal more than 300 s old', () => {
  const high = steady(noCost(settings), 60, 700, 2);
  const later = (passes: number) => steady(high, passes, 70, 2, 60).shadow.replicas;
  expect(later(60)).toBe(20);
  expect(later(61)).toBe(2);
});

test('the shadow keeps still within a tenth, and within its bounds', () => {
  const at20 = steady(noCost(settings), 12, 700, 2);
  expect(steady(at20, 6, 770, 2, 12).shadow.replicas).toBe(20);
  expect(steady(at20, 6, 771, 2, 12).shadow.replicas).toBe(23);
  expect(steady(at20, 60, 1e6, 2, 12).shadow.replicas).toBe(100);
});

test('the shadow reads the minute that ended 15 s ago', () => {
  const loads = { timesMs: [50_000, 80_000, 85_000, 90_000], loads: [350, 700, 9999, 9999] };
  const view = { nowMs: 90_000, lagSeconds: 5, currentReplicas: 2, loads };
  expect(governCost(noCost({ ...settings, minReplicas: 12 }), view, settings).shadow.replicas).toBe(
    15,
  );
});

test('the gain falls while more is spent than asked for, and rises while less is', () => {
  const even = { ...steady(noCost(settings), 12, 700, 20), meanOwn: 20, meanShadow: 20 };
  expect(steady(even, 1, 700, 20, 12).gain - even.gain).toBeCloseTo((3 * 0.03) / DAY_OF_PASSES, 12);
  const dear = { ...even, meanOwn: 24 };
  expect(steady(dear, 1, 700, 24, 12).gain - dear.gain).toBeCloseTo(
    (3 * -0.17) / DAY_OF_PASSES,
    12,
  );
});

test('after a day half of the means is that day', () => {
  const after = steady(noCost(settings), DAY_OF_PASSES, 0, 6);
  expect(after.meanOwn).toBeCloseTo(4, 9);
  expect(after.meanShadow).toBeCloseTo(2, 9);
});

test('the gain stays within a quarter either way', () => {
  const passes = fc.array(fc.tuple(fc.nat(5000), fc.nat(100)), { minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(passes, fc.double({ min: -0.25, max: 0.25, noNaN: true }), (all, gain) => {
      let memory = { ...noCost(settings), gain };
      for (const [load, replicas] of all) {
        memory = steady(memory, 1, load, replicas);
        expect(Math.abs(memory.gain)).toBeLessThanOrEqual(0.25);
      }
    }),
  );
});
