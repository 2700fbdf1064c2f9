import fc from 'fast-check';
import { expect, test } from 'vitest';
import { forecastFor, needFor, scoreForecast, withHeadroom } from './headroom.ts';

const capacity = 50;
const calm = { forecast: 100, addition: 0, load: 100, variance: 0 };
const staffed = (load: number) => load + 0.354 * Math.sqrt(load * capacity);

test.each([
  { name: 'without misses, square-root staffing only', view: calm, want: staffed(100) },
  { name: 'no load needs nothing', view: { ...calm, forecast: 0, load: 0 }, want: 0 },
  {
    name: 'misses widen by their deviation',
    view: { ...calm, variance: 0.04 },
    want: staffed(100 + 0.2 * Math.hypot(100, 50)),
  },
  {
    name: 'the deviation counts up to two',
    view: { ...calm, variance: 100 },
    want: staffed(100 + 2 * Math.hypot(100, 50)),
  },
  {
    name: 'a load above lifts, with its addition',
    view: { ...calm, load: 150, addition: 30 },
    want: staffed(180),
  },
])('$name', ({ view, want }) => {
  expect(withHeadroom(view, capacity)).toBeCloseTo(want, 9);
});

test('0.354 of the square root of the replicas is added, whatever the unit', () => {
  expect(withHeadroom(calm, capacity) / capacity - 2).toBeCloseTo(0.354 * Math.sqrt(2), 12);
});

test('only a load above its forecast is a miss, and counts twice', () => {
  const once = scoreForecast(0, 120, 120 + Math.hypot(120, 50) / 2, capacity, 1800);
  expect(once).toBeCloseTo(0.5 * 2 * 0.25, 12);
  expect(scoreForecast(0.5, 120, 60, capacity, 1800)).toBe(0.25);
  expect(scoreForecast(0, 0, 1e9, capacity, 1800)).toBe(1);
});

test('the need is the load over 95 % of a replica, times the factor', () => {
  expect(needFor(95, 0, 50)).toBe(2);
  expect(needFor(95, Math.log(1.2), 50)).toBeCloseTo(2.4, 12);
});

test('more forecast never means less headroom', () => {
  const amount = fc.double({ min: 0, max: 1e6, noNaN: true });
  fc.assert(
    fc.property(amount, amount, fc.double({ min: 0, max: 2, noNaN: true }), (a, b, variance) => {
      const [low, high] = [Math.min(a, b), Math.max(a, b)];
      const upper = (forecast: number) =>
        withHeadroom({ forecast, addition: 0, load: forecast, variance }, capacity);
      expect(upper(low)).toBeLessThanOrEqual(upper(high));
    }),
  );
});

test('a need is told as the forecast that has it', () => {
  const any = (least: number, most: number) => fc.double({ min: least, max: most, noNaN: true });
  fc.assert(
    fc.property(
      any(0, 1e6),
      any(0, 5),
      any(-0.25, 0.25),
      any(0.1, 1000),
      (forecast, variance, gain, capacityPerReplica) => {
        const view = { forecast, addition: 0, load: forecast, variance };
        const need = needFor(withHeadroom(view, capacityPerReplica), gain, capacityPerReplica);
        const found = forecastFor(need, { variance, gain, capacityPerReplica });
        // No load at all is where rounding decides between that and less.
        if (forecast > 1e-6 * capacityPerReplica) expect(found / forecast).toBeCloseTo(1, 6);
      },
    ),
  );
});

test('a need that no load has is told as below zero', () => {
  // Of no load, with a deviation of one replica: (50 + 0.354 x 50) / 47.5 = 1.425.
  const view = { variance: 1, gain: 0, capacityPerReplica: 50 };
  expect(forecastFor(1.42, view)).toBeLessThan(0);
  expect(forecastFor(1.43, view)).toBeGreaterThan(0);
});
