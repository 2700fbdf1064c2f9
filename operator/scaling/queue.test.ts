import { expect, test } from 'vitest';
import { type Learning, learnRate, replicasForWork, workOf } from './queue.ts';

const now = 1_000_000_000;

test.each([
  { name: 'none for an empty queue', depth: 0, arrivals: 0, want: 0 },
  { name: 'one for a single job', depth: 1, arrivals: 0, want: 1 },
  { name: 'enough to work the backlog off in time', depth: 961, arrivals: 0, want: 5 },
  { name: 'enough to keep up', depth: 0, arrivals: 8, want: 2 },
  { name: 'both', depth: 960, arrivals: 8, want: 6 },
])('replicas: $name', ({ depth, arrivals, want }) => {
  expect(replicasForWork(workOf(depth, arrivals, 60), 60, 4)).toBe(want);
});

test('an exact quotient gets no replica for the noise of fractions', () => {
  expect(replicasForWork(workOf(0, 0.3, 1), 1, 0.1)).toBe(3);
});

const busy: Learning = {
  prior: 4,
  learned: undefined,
  depth: 100,
  completions: 20,
  currentReplicas: 10,
  readyReplicas: 10,
  syncPeriodSeconds: 600,
  nowMs: now,
};

test('learning moves from the prior by the weight of one period', () => {
  const learned = learnRate(busy);
  expect(learned?.perSecond).toBeCloseTo(4 + (1 - Math.exp(-1)) * (2 - 4), 9);
});

test('without a prior the first sample is the rate', () => {
  expect(learnRate({ ...busy, prior: undefined })).toEqual({ perSecond: 2, atMs: now });
});

test.each([
  { name: 'no deeper than the replicas', change: { depth: 10 } },
  { name: 'no deeper than those wanted', change: { depth: 10, readyReplicas: 5 } },
  { name: 'without completions', change: { completions: undefined } },
  { name: 'with none completed', change: { completions: 0 } },
  { name: 'with none ready', change: { readyReplicas: 0 } },
])('a queue $name teaches nothing', ({ change }) => {
  const learned = { perSecond: 3, atMs: now - 5000 };
  expect(learnRate({ ...busy, learned, ...change })).toEqual(learned);
});

test.each([
  { name: 'a quarter of', completions: 0.001, want: 1 },
  { name: 'four times', completions: 1e6, want: 16 },
])('the rate stays at $name the prior', ({ completions, want }) => {
  let learned = learnRate({ ...busy, completions });
  for (let pass = 1; pass < 20; pass += 1) {
    const nowMs = now + pass * 600_000;
    learned = learnRate({ ...busy, completions, learned, nowMs });
  }
  expect(learned?.perSecond).toBe(want);
});

test.each([
  { name: 'a quarter of', perSecond: 0.5, want: 1 },
  { name: 'four times', perSecond: 40, want: 16 },
])('a rate learned before the prior was changed comes to $name it at once', (row) => {
  const learned = { perSecond: row.perSecond, atMs: now - 5000 };
  expect(learnRate({ ...busy, learned, depth: 0 })?.perSecond).toBe(row.want);
});

test('a long pause does not make one sample count for more', () => {
  const period = { ...busy, syncPeriodSeconds: 15 };
  const learned = { perSecond: 4, atMs: now - 3_600_000 };
  const soon = { perSecond: 4, atMs: now - 15_000 };
  expect(learnRate({ ...period, learned })).toEqual(learnRate({ ...period, learned: soon }));
});
