import { expect, test } from 'vitest';
import { recentRate } from './recent-rate.ts';

/** A rate by a clock that the test sets. */
function clocked() {
  let nowMs = 10_000;
  const rate = recentRate();
  return {
    count: () => rate.count(nowMs),
    perSecond: () => rate.perSecond(nowMs),
    pass: (milliseconds: number) => {
      nowMs += milliseconds;
    },
  };
}

test('what comes evenly has its rate, whenever it is asked for', () => {
  const { count, perSecond, pass } = clocked();
  for (let each = 0; each < 400; each += 1) {
    pass(10);
    count();
    if (each >= 250) expect(perSecond()).toBeCloseTo(100, -1);
  }
});

test('of a step, as much is seen as of the last two seconds is behind it', () => {
  const { count, perSecond, pass } = clocked();
  pass(5000);
  const seen = [0.5, 1, 2, 4].map((seconds, index, all) => {
    const before = all[index - 1] ?? 0;
    for (let each = 0; each < (seconds - before) * 100; each += 1) {
      count();
      pass(10);
    }
    return perSecond();
  });
  expect(seen).toEqual([25, 50, 100, 100]);
});

test('after two seconds of rest nothing is left, however long it lasts', () => {
  const { count, perSecond, pass } = clocked();
  for (let each = 0; each < 90; each += 1) count();
  expect(perSecond()).toBe(45);
  pass(2240);
  expect(perSecond()).toBeCloseTo(40.2, 1);
  pass(10);
  expect(perSecond()).toBe(0);
  for (const milliseconds of [250, 10_000, 1e9]) {
    pass(milliseconds);
    expect(perSecond()).toBe(0);
  }
  count();
  expect(perSecond()).toBe(0.5);
});
