import { expect, test } from 'vitest';
import { loadAt, meanLoad, NO_LOADS, type SeenLoads, seeLoad } from './loads.ts';

const everyFiveSeconds = (...loads: readonly number[]): SeenLoads => ({
  timesMs: loads.map((_, index) => index * 5000),
  loads,
});

test.each([
  { name: 'is the load of a pass', atMs: 5000, want: 20 },
  { name: 'is linear between two', atMs: 7500, want: 30 },
  { name: 'is unknown before the first', atMs: -1, want: undefined },
  { name: 'is the newest after the last', atMs: 99_000, want: 0 },
])('a load $name', ({ atMs, want }) => {
  expect(loadAt(everyFiveSeconds(10, 20, 40, 0), atMs)).toBe(want);
});

test('a long mean is of windows that do not overlap', () => {
  const loads = { timesMs: [0, 30_000, 60_000], loads: [10, 20, 60] };
  expect(meanLoad(loads, 60_000, 30)).toBe(60);
  expect(meanLoad(loads, 60_000, 90)).toBe(30);
});

test('a mean over more than was seen is of what was seen', () => {
  expect(meanLoad({ timesMs: [60_000], loads: [7] }, 60_000, 600)).toBe(7);
  expect(meanLoad(NO_LOADS, 60_000, 600)).toBe(0);
});

test('what was seen stays bounded and reaches back as far as asked', () => {
  let seen = NO_LOADS;
  for (let second = 0; second <= 3600; second += 5) {
    seen = seeLoad(seen, { atMs: second * 1000, load: second }, 600);
  }
  expect([seen.timesMs.length, seen.loads.length]).toEqual([121, 121]);
  expect(loadAt(seen, 3_000_000)).toBe(3000);
});

test('a clock that goes back takes what it contradicts with it', () => {
  const loads = seeLoad(everyFiveSeconds(1, 2, 3), { atMs: 5000, load: 9 }, 600);
  expect(loads).toEqual({ timesMs: [0, 5000], loads: [1, 9] });
});
