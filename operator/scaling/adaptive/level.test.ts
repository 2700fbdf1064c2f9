import { expect, test } from 'vitest';
import { bestWindow, levels, scoreLevels } from './level.ts';

test('levels are the means over 30, 180 and 600 s', () => {
  const loads = Array.from({ length: 20 }, (_, index) => index);
  const timesMs = loads.map((index) => index * 30_000);
  expect(levels({ timesMs, loads }, 570_000)).toEqual([19, 16.5, 9.5]);
});

test.each([
  { name: 'the smallest error wins', errors: [9, 4, 5], want: 1 },
  { name: 'a tie goes to the shortest window', errors: [4, 4, 4], want: 0 },
  { name: 'a tie of the longer ones goes to the shorter of them', errors: [5, 4, 4], want: 1 },
])('$name', ({ errors, want }) => {
  expect(bestWindow(errors)).toBe(want);
});

test('after two hours an error counts half', () => {
  const scored = scoreLevels([8, 0, 0], [100, 100, 110], 100, 7200);
  expect(scored).toEqual([4, 0, 50]);
});
