import { expect, test } from 'vitest';
import { rateAt, traceOf } from './trace.ts';

const trace = traceOf('t', 0, Float64Array.from([1, 2, 3, 4, 5, 6]));

test.each([
  { name: 'is the mean of the window', second: 4, window: 2, lag: 0, want: 3.5 },
  { name: 'ended a lag ago', second: 6, window: 2, lag: 2, want: 3.5 },
  { name: 'is of a shorter window at the start', second: 3, window: 60, lag: 1, want: 1.5 },
  { name: 'is 0 before anything was seen', second: 1, window: 60, lag: 15, want: 0 },
])('a rate $name', ({ second, window, lag, want }) => {
  expect(rateAt(trace, second, window, lag)).toBe(want);
});
