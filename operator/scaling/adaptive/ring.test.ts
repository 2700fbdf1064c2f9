import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  EMPTY_RING,
  highestBetween,
  highestIn,
  layRings,
  minuteOf,
  RING_PRECISION,
  rememberMinute,
} from './ring.ts';

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
  expect(highestIn(ring, last)).toBe(last);
  expect(highestIn(ring, last - 8 * 1440 + 1)).toBe(last - 8 * 1440 + 1);
  expect(highestIn(ring, last - 8 * 1440)).toBeUndefined();
});

test('a load is kept to seven digits', () => {
  const load = 1234.56789;
  const seen = highestIn(ringOf([[1000, load]]), 1000) ?? 0;
  expect(Math.abs(seen - load)).toBeLessThan(RING_PRECISION * load);
  expect(seen).not.toBe(load);
});

test('of two rings laid over each other the upper one counts where it has seen', () => {
  const below = ringOf([
    [1439, 1],
    [1440, 2],
  ]);
  const above = ringOf([
    [1440, 0],
    [1442, 7],
  ]);
  const both = layRings(below, above);
  const loads = [1438, 1439, 1440, 1441, 1442].map((minute) => highestIn(both, minute));
  expect(loads).toEqual([undefined, 1, 0, undefined, 7]);
});

test('a gap longer than the ring empties it', () => {
  const ring = ringOf([
    [10, 1],
    [100_000, 2],
  ]);
  expect(highestIn(ring, 10)).toBeUndefined();
  expect(highestIn(ring, 100_000)).toBe(2);
});

test('the ring equals a map of the last eight days, in whatever order minutes come', () => {
  const kept = 8 * 1440;
  const entry = fc.tuple(fc.integer({ min: 50_000, max: 50_000 + 2 * kept }), fc.nat(1000));
  fc.assert(
    fc.property(fc.array(entry, { minLength: 1 }), (entries) => {
      const map = new Map(entries);
      const newest = Math.max(...map.keys());
      const ring = ringOf(entries);
      for (const seen of map.keys()) {
        for (const minute of [seen, seen - 1, seen + 1, seen - kept, seen + kept]) {
          const isKept = minute > newest - kept;
          expect(highestIn(ring, minute)).toBe(isKept ? map.get(minute) : undefined);
        }
      }
    }),
  );
});

test('minutes are counted since the epoch', () => {
  expect(minuteOf(119_999)).toBe(1);
  expect(minuteOf(120_000)).toBe(2);
});
