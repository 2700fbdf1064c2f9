import fc from 'fast-check';
import { expect, test } from 'vitest';
import { needFor, scoreForecast, withHeadroom } from './headroom.ts';

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
