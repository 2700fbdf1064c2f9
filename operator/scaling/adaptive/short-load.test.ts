import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeLoad, encodeLoad, LOAD_PRECISION, UNSEEN } from './short-load.ts';

const kept = (load: number) => decodeLoad(encodeLoad(load)) ?? Number.NaN;

test.each([0, 1, 0.5, 100, 2047, 2048, 1500 * 2 ** 20])('%d is kept exactly', (load) => {
  expect(kept(load)).toBe(load);
});

test.each([
  // The next fractions of 10 bits beside 1234.4: 1234 and 1235.
  { load: 1234.4, want: 1234 },
  { load: 1234.6, want: 1235 },
  // From 2048 on only every second whole number is there, from 2^20 on every 1024th.
  { load: 3001, want: 3002 },
  { load: 2 ** 20 + 500, want: 2 ** 20 },
])('$load is rounded to $want', ({ load, want }) => {
  expect(kept(load)).toBe(want);
});

test('what is too small is nothing, what is too large the largest, and neither is unseen', () => {
  expect(kept(1e-9)).toBe(0);
  expect(kept(1e30)).toBe(kept(1e20));
  expect(kept(Number.POSITIVE_INFINITY)).toBe(kept(1e20));
  expect(kept(1e20)).toBeGreaterThan(2 ** 39);
  expect(decodeLoad(UNSEEN)).toBeUndefined();
});

test('a load comes back as precisely as is told, and the larger of two never as the smaller', () => {
  const load = fc.double({ min: 1e-6, max: 1e12, noNaN: true });
  fc.assert(
    fc.property(load, load, (one, other) => {
      expect(Math.abs(kept(one) - one)).toBeLessThanOrEqual((LOAD_PRECISION / 2) * one);
      expect(kept(Math.max(one, other))).toBeGreaterThanOrEqual(kept(Math.min(one, other)));
    }),
  );
});
