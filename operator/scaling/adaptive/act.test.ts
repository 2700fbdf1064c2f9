import fc from 'fast-check';
import { expect, test } from 'vitest';
import { act, type Hold, holdNeed } from './act.ts';

const settings = { holdSeconds: 180, minReplicas: 2 };
const NOW = 10_000_000;
const fresh: Hold = { needs: [], freshSinceMs: 0 };
/** A hold in which needs were held so many seconds ago. */
const held = (...needs: readonly (readonly [ago: number, need: number])[]): Hold =>
  needs.reduce((hold, [ago, need]) => holdNeed(hold, NOW - ago * 1000, need, 180), fresh);

test.each([
  { name: 'up by a tenth more than needed', need: 12, current: 10, want: 14 },
  { name: 'not up within 3 %', need: 100.5, current: 100, want: 100 },
  { name: 'not up within the same whole number', need: 9.9, current: 10, want: 10 },
  { name: 'a rounding error is not a replica', need: 10 + 1e-12, current: 10, want: 10 },
  { name: 'up from zero', need: 0.2, current: 0, want: 1 },
  { name: 'down to 12 % above', need: 50, current: 70, want: 56 },
  { name: 'down only by 12 % of current', need: 80, current: 100, want: 100 },
  { name: 'down by exactly 12 %', need: 78.5, current: 100, want: 88 },
  { name: 'not down by one above min + 2', need: 8, current: 10, want: 10 },
  { name: 'down by one near the minimum', need: 2.5, current: 4, want: 3 },
  { name: 'down to the minimum and below it', need: 0.1, current: 3, want: 1 },
])('$name', ({ need, current, want }) => {
  expect(act(held([0, need]), NOW, current, settings)).toBe(want);
});

test('nothing falls while a higher need is held', () => {
  expect(act(held([179, 60], [0, 10]), NOW, 70, settings)).toBe(70);
  expect(act(held([179, 50], [0, 10]), NOW, 70, settings)).toBe(56);
  expect(act(held([180, 50], [0, 10]), NOW, 70, settings)).toBe(12);
});

test('after a failed reading nothing falls for the hold and 30 s, but it may rise', () => {
  const after = (seconds: number): Hold => ({
    ...held([0, 5]),
    freshSinceMs: NOW - seconds * 1000,
  });
  expect(act(after(209), NOW, 70, settings)).toBe(70);
  expect(act(after(210), NOW, 70, settings)).toBe(6);
  expect(act({ ...held([0, 100]), freshSinceMs: NOW }, NOW, 70, settings)).toBe(110);
});

const steps = fc.array(fc.double({ min: 0, max: 100, noNaN: true }), {
  minLength: 1,
  maxLength: 80,
});

test('the hold keeps the highest need of its window, and is sorted', () => {
  fc.assert(
    fc.property(steps, (needs) => {
      let hold = fresh;
      needs.forEach((need, index) => {
        hold = holdNeed(hold, index * 5000, need, 180);
        expect(hold.needs[0]?.need).toBe(
          Math.max(...needs.slice(Math.max(0, index - 35), index + 1)),
        );
        expect(hold.needs.length).toBeLessThanOrEqual(36);
      });
    }),
  );
});

test('more need never proposes less', () => {
  const need = fc.double({ min: 0, max: 500, noNaN: true });
  fc.assert(
    fc.property(need, need, fc.integer({ min: 0, max: 500 }), (a, b, current) => {
      const propose = (one: number) => act(held([0, one]), NOW, current, settings);
      expect(propose(Math.min(a, b))).toBeLessThanOrEqual(propose(Math.max(a, b)));
    }),
  );
});
