/** BURST: what a second, shorter reading raises and holds. Target 10 a replica, threshold 200 %. */
import { expect, test } from 'vitest';
import { decide } from './decide.ts';
import { type Memory, noMemory, recordScale } from './memory.ts';
import type { Observation } from './observation.ts';
import { averageOf, failedReading, good, observe, specOf, start } from './testing/scenario.ts';

const windowed = averageOf('load', '10', { prometheus: { query: 'sum(rate(load[$window]))' } });
const bursting = {
  metrics: [windowed],
  burst: { windowSeconds: 10, thresholdPercent: 200 },
  behavior: { scaleDown: { stabilizationWindowSeconds: 0 } },
};
/** At rest for long: no cold start, and a slow up window in the way of everything but a burst. */
const rested: Memory = { ...noMemory, proposals: [{ atMs: start - 1000, replicas: 1 }] };

interface Case {
  readonly changes?: object;
  readonly current?: number;
  readonly ready?: number;
  readonly starting?: number;
  readonly load?: number;
  readonly burst?: number | 'failed';
  readonly memory?: Memory;
}

function observed({ current = 4, ready = current, starting = 0, load = 40, burst = 40 }: Case) {
  const reading = burst === 'failed' ? failedReading('stale') : good(burst, start);
  const counts = { readyReplicas: ready, startingReplicas: starting };
  return { ...observe(start, current, { load }), ...counts, burstReadings: { load: reading } };
}

function decideOne(one: Case) {
  const spec = specOf({ ...bursting, ...one.changes });
  return decide(spec, observed(one), one.memory ?? rested);
}

test.each<Case & { readonly name: string; readonly want: number }>([
  { name: 'reaching the threshold raises to what the burst needs', burst: 80, want: 8 },
  { name: 'rounding up can reach it', burst: 70.1, want: 8 },
  { name: 'just below it nothing happens', burst: 70, want: 4 },
  { name: 'far over it goes past the policies, at once', burst: 900, want: 90 },
  { name: 'starting replicas are there already', ready: 2, starting: 2, burst: 80, want: 8 },
  { name: 'and are not ordered twice', ready: 4, starting: 4, current: 8, burst: 80, want: 4 },
  { name: 'only those that exist count', ready: 3, starting: 0, burst: 60, want: 6 },
  { name: 'maxReplicas bounds it', changes: { maxReplicas: 20 }, burst: 900, want: 20 },
  { name: 'the metrics may ask for more', current: 4, load: 400, burst: 40, want: 8 },
  { name: 'no load at zero is no burst', current: 0, load: 0, burst: 0, want: 1 },
  {
    name: 'past the up window too',
    changes: { behavior: { scaleUp: { stabilizationWindowSeconds: 300 } } },
    burst: 200,
    want: 20,
  },
  {
    name: 'a disabled direction does not stop it',
    changes: { behavior: { scaleUp: { selectPolicy: 'Disabled' } } },
    burst: 200,
    want: 20,
  },
  { name: 'from below minReplicas', changes: { minReplicas: 3 }, current: 1, burst: 90, want: 9 },
  { name: 'from above maxReplicas back', changes: { maxReplicas: 3 }, burst: 90, want: 3 },
  { name: 'Paused holds', changes: { mode: 'Paused' }, burst: 900, want: 4 },
])('$name', ({ want, ...one }) => {
  expect(decideOne(one).decision.desiredReplicas).toBe(want);
});

test('a burst wakes a target from zero, if it is above the activation', () => {
  const metrics = [{ ...windowed, activation: '5' }];
  const asleep = { current: 0, load: 0 };
  const woken = (burst: number) =>
    decideOne({ ...asleep, burst, changes: { minReplicas: 0, metrics } }).decision.desiredReplicas;
  expect(woken(5)).toBe(0);
  expect(woken(25)).toBe(3);
});

test('the cap of an open schedule bounds it', () => {
  const cap = { name: 'night', start: '0 * * * *', durationSeconds: 3600, maxReplicas: 6 };
  expect(decideOne({ changes: { schedules: [cap] }, burst: 900 }).decision.desiredReplicas).toBe(6);
});

test('the raise is recorded with its numbers, and when the hold ends', () => {
  const { decision } = decideOne({ burst: 900 });
  expect(decision.limits).toEqual([
    {
      reason: 'BurstHold',
      from: 4,
      to: 90,
      message: 'load over 10 s: 90 for 900 at 10 a replica, 200 % of 4 is the threshold',
    },
  ]);
  expect(decision.watches).toMatchObject([{ kind: 'Burst', name: 'load', state: 'Over' }]);
});

test.each([
  { name: 'a second before the minute is over nothing falls', seconds: 59, want: 4 },
  { name: 'when it is over everything may', seconds: 60, want: 1 },
])('$name', ({ seconds, want }) => {
  const memory = { ...rested, burstAtMs: start - seconds * 1000 };
  const { decision } = decideOne({ load: 0, burst: 0, memory });
  expect(decision.desiredReplicas).toBe(want);
  expect(decision.limits.some(({ reason }) => reason === 'BurstHold')).toBe(want === 4);
});

test('a failed reading raises nothing, and the hold goes on without it', () => {
  expect(decideOne({ burst: 'failed' }).decision.limits).toEqual([]);
  const memory = { ...rested, burstAtMs: start - 30_000 };
  const { decision } = decideOne({ load: 0, burst: 'failed', memory });
  expect(decision.desiredReplicas).toBe(4);
  expect(decision.watches).toMatchObject([{ state: 'Holding', failed: 'stale' }]);
});

test('a burst is remembered until it holds nothing any more', () => {
  const first = decideOne({ burst: 900 });
  expect(first.memory.burstAtMs).toBe(start);
  const spec = specOf(bursting);
  const calm = (memory: Memory, seconds: number) => {
    const later: Observation = observe(start + seconds * 1000, 90, { load: 40 });
    return decide(spec, { ...later, burstReadings: { load: good(40, later.nowMs) } }, memory);
  };
  const held = calm(recordScale(first.memory, start, 86), 30);
  expect(held.decision).toMatchObject({ desiredReplicas: 90, reason: 'BurstHold' });
  expect(held.decision.nextChangeAt).toBe(new Date(start + 60_000).toISOString());
  const over = calm(held.memory, 60);
  expect(over.decision.desiredReplicas).toBe(4);
  expect(over.memory).not.toHaveProperty('burstAtMs');
});

test('strategy Adaptive bursts the same', () => {
  const changes = { strategy: { type: 'Adaptive' } };
  expect(decideOne({ changes, burst: 900 }).decision.desiredReplicas).toBe(90);
  expect(decideOne({ changes, burst: 70 }).decision.desiredReplicas).toBe(4);
});

test('a metric without $window has no second reading', () => {
  const metrics = [windowed, averageOf('other', '10')];
  const { decision } = decideOne({ changes: { metrics }, burst: 80 });
  expect(decision.watches?.map(({ name }) => name)).toEqual(['load']);
});
