import { expect, test } from 'vitest';
import { prepare } from './prepare.ts';
import { traceOf } from './trace.ts';

const trace = traceOf('t', 0, Float64Array.from([0, 0, 10, 0, 0, 20]));
const as = { smoothSeconds: 0, scale: 1 };

test.each([
  { name: 'stays as it is', how: as, want: [0, 0, 10, 0, 0, 20] },
  { name: 'is scaled', how: { ...as, scale: 3 }, want: [0, 0, 30, 0, 0, 60] },
  { name: 'is scaled to a mean', how: { ...as, mean: 10 }, want: [0, 0, 20, 0, 0, 40] },
  {
    name: 'is smoothed around each second',
    how: { ...as, smoothSeconds: 2 },
    want: [0, 0, 5, 5, 0, 10],
  },
  {
    name: 'is smoothed, nothing being beyond its ends',
    how: { ...as, smoothSeconds: 5 },
    want: [2, 2, 2, 6, 6, 4],
  },
])('a trace $name', ({ how, want }) => {
  expect([...prepare(trace, how).loads]).toEqual(want);
});

test('noise is decided by its seed and keeps the mean', () => {
  const flat = traceOf('t', 0, new Float64Array(10_000).fill(40));
  const noisy = prepare(flat, { ...as, scale: 2, poissonSeed: 1 });
  expect(noisy.loads).toEqual(prepare(flat, { ...as, scale: 2, poissonSeed: 1 }).loads);
  expect(noisy.loads).not.toEqual(prepare(flat, { ...as, scale: 2, poissonSeed: 2 }).loads);
  expect((noisy.sums.at(-1) ?? 0) / 10_000).toBeCloseTo(80, 0);
});
