import fc from 'fast-check';
import { expect, test } from 'vitest';
import { EMPTY_RING, highestBetween, highestIn, minuteOf, rememberMinute } from './ring.ts';

const ringOf = (entries: readonly (readonly [number, number])[]) =>
  entries.reduce((ring, [minute, load]) => rememberMinute(ring, minute, load), EMPTY_RING);

test('a minute is remembered, its neighbours stay unseen', () => {
  const ring = ringOf([[1000, 7]]);
  expect(highestIn(ring, 1000)).toBe(7);
  expect(highestIn(ring, 999)).toBeUndefined();
  expect(highestIn(ring, 1001)).toBeUndefined();
  expect(highestIn(ring, 999_999)).toBeUndefined();
});

test('zero was seen; the highest over a range needs every minute of it', () => {
  const ring = ringOf([
    [59, 0],
    [60, 5],
    [61, 3],
    [63, 9],
  ]);
  expect(highestBetween(ring, 59, 61)).toBe(5);
  expect(highestBetween(ring, 59, 59)).toBe(0);
  expect(highestBetween(ring, 60, 63)).toBeUndefined();
});

test('eight days are kept and no more', () => {
  const minutes = Array.from({ length: 12 * 1440 }, (_, index) => [index, index] as const);
  const ring = ringOf(minutes);
  const last = 12 * 1440 - 1;
  expect(ring.hours.length).toBe(193);
  expect(highestIn(ring, last - 8 * 1440)).toBe(last - 8 * 1440);
  expect(highestIn(ring, last - 9 * 1440)).toBeUndefined();
});

test('a gap longer than the ring empties it', () => {
  const ring = ringOf([
    [10, 1],
    [100_000, 2],
  ]);
  expect(ring.hours.length).toBe(193);
  expect(highestIn(ring, 10)).toBeUndefined();
  expect(highestIn(ring, 100_000)).toBe(2);
});

test('the ring equals a map of the same minutes, in whatever order they come', () => {
  const entry = fc.tuple(fc.integer({ min: 50_000, max: 50_600 }), fc.nat(1000));
  fc.assert(
    fc.property(fc.array(entry, { minLength: 1 }), (entries) => {
      const anchored = [[50_000, 1] as const, ...entries];
      const map = new Map(anchored);
      const ring = ringOf(anchored);
      for (const [minute, load] of map) expect(highestIn(ring, minute)).toBe(load);
    }),
  );
});

test('minutes are counted since the epoch', () => {
  expect(minuteOf(119_999)).toBe(1);
  expect(minuteOf(120_000)).toBe(2);
});
