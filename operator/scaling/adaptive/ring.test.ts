import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  EMPTY_RING,
  highestBetween,
  highestIn,
  minuteOf,
  rememberMinute,
  rememberMinutes,
  type SeenMinute,
  seenMinutes,
} from './ring.ts';

const remembered = (entries: readonly SeenMinute[]) =>
  entries.reduce((ring, [minute, load]) => rememberMinute(ring, minute, load), EMPTY_RING);

test('a minute is remembered, its neighbours stay unseen', () => {
  const ring = remembered([[1000, 7]]);
  expect(highestIn(ring, 1000)).toBe(7);
  expect(highestIn(ring, 999)).toBeUndefined();
  expect(highestIn(ring, 1001)).toBeUndefined();
  expect(highestIn(ring, 999_999)).toBeUndefined();
});

test('zero was seen; the highest over a range needs every minute of it', () => {
  const ring = remembered([
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
  const minutes = Array.from({ length: 12 * 1440 }, (_, index) => [index, index % 1000] as const);
  const ring = remembered(minutes);
  expect(highestIn(ring, 17_279)).toBe(279);
  expect(highestIn(ring, 17_279 - 8 * 1440 + 1)).toBe(760);
  expect(highestIn(ring, 17_279 - 8 * 1440)).toBeUndefined();
});

test('a gap longer than the ring empties it', () => {
  const ring = remembered([
    [10, 1],
    [100_000, 2],
  ]);
  expect(highestIn(ring, 10)).toBeUndefined();
  expect(highestIn(ring, 100_000)).toBe(2);
});

test('parts in which nothing was seen are held once for all rings, also after a gap', () => {
  const ring = remembered([
    [1000, 1],
    [1010, 2],
    [2880 + 5, 3],
  ]);
  const shared = ring.parts.filter((part) => part === EMPTY_RING.parts[0]);
  expect(shared).toHaveLength(2);
});

test('the ring equals a map of the last eight days, in whatever order minutes come', () => {
  const span = 8 * 1440;
  const entry = fc.tuple(fc.integer({ min: 50_000, max: 50_000 + 2 * span }), fc.nat(1000));
  fc.assert(
    fc.property(fc.array(entry, { minLength: 1 }), fc.nat(10), (entries, half) => {
      const map = new Map(entries);
      const newest = Math.max(...map.keys());
      const ring = remembered(entries);
      const kept = [...map].filter(([minute]) => minute > newest - span);
      const inOrder = kept.toSorted(([one], [other]) => one - other);
      expect(seenMinutes(ring)).toEqual(inOrder);
      const firstPart = rememberMinutes(EMPTY_RING, entries.slice(0, half));
      const inTwo = rememberMinutes(firstPart, entries.slice(half));
      expect(seenMinutes(inTwo)).toEqual(inOrder);
      for (const seen of map.keys()) {
        for (const minute of [seen, seen - 1, seen + 1, seen - span, seen + span]) {
          const isKept = minute > newest - span;
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
