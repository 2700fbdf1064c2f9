/** The order of the limits, each with before and after: 10 a replica, all of an hour open, remembered proposals a second old. */
import { expect, test } from 'vitest';
import { decide } from './decide.ts';
import { type Memory, noMemory } from './memory.ts';
import { averageOf, good, observe, specOf, start } from './testing/scenario.ts';

const hour = { start: '0 * * * *', durationSeconds: 3600 };
const metrics = [averageOf('load', '10', { prometheus: { query: 'sum(rate(load[$window]))' } })];
const paced = (value: number) => [{ type: 'Pods', value, periodSeconds: 60 }];

function limitsOf(changes: object, current: number, load: number, remembered: number) {
  const memory: Memory = {
    ...noMemory,
    proposals: [{ atMs: start - 1000, replicas: remembered }],
    guards: { latency: { missedSinceMs: start - 60_000, steps: 0 } },
    replicas: current + 1,
  };
  const observation = {
    ...observe(start, current, { load }),
    burstReadings: { load: good(300, start) },
    guardReadings: { latency: { value: good(0.3, start) } },
  };
  const { decision } = decide(specOf({ metrics, ...changes }), observation, memory);
  return decision.limits.map(({ reason, from, to }) => `${reason} ${from} ${to}`);
}

test('up: foreign writer, cap, window, policy, burst, guard, maximum', () => {
  const changes = {
    maxReplicas: 33,
    schedules: [{ name: 'cap', ...hour, maxReplicas: 60 }],
    behavior: { scaleUp: { stabilizationWindowSeconds: 60, policies: paced(5) } },
    burst: { windowSeconds: 10, thresholdPercent: 200 },
  };
  expect(limitsOf(changes, 10, 900, 40)).toEqual([
    'ForeignWriter 90 90',
    'ScheduleCap 90 60',
    'ScaleUpStabilized 60 40',
    'ScaleUpLimit 40 15',
    'BurstHold 15 30',
  ]);
  const guard = [{ name: 'latency', query: 'p95', objective: '0.1', windowSeconds: 60 }];
  const few = { ...changes, behavior: {}, burst: undefined, guard, maxReplicas: 12 };
  expect(limitsOf(few, 10, 100, 40)).toEqual(['ForeignWriter 10 10', 'GuardRaise 10 12']);
  expect(limitsOf({ ...changes, maxReplicas: 12 }, 10, 900, 40).at(-1)).toBe(
    'TooManyReplicas 30 12',
  );
});

test('down: floor, window, policy, hold', () => {
  const changes = {
    schedules: [{ name: 'floor', ...hour, minReplicas: 2 }],
    behavior: { scaleDown: { policies: paced(4) } },
    guard: [{ name: 'latency', query: 'p95', objective: '0.1', windowSeconds: 60 }],
    maxReplicas: 20,
  };
  expect(limitsOf(changes, 20, 0, 8)).toEqual([
    'ForeignWriter 0 0',
    'ScheduleFloor 0 2',
    'ScaleDownStabilized 2 8',
    'ScaleDownLimit 8 16',
    'GuardHold 16 20',
  ]);
});

test.each([
  {
    name: 'above the maximum',
    changes: { maxReplicas: 9 },
    current: 10,
    want: 'TooManyReplicas 10 9',
  },
  {
    name: 'below the minimum',
    changes: { minReplicas: 9 },
    current: 8,
    want: 'TooFewReplicas 8 9',
  },
])('a target $name goes there at once, past window and policy', ({ changes, current, want }) => {
  const behavior = { scaleUp: { policies: paced(1) }, scaleDown: { policies: paced(1) } };
  expect(limitsOf({ ...changes, behavior }, current, 90, 1).slice(1)).toEqual([want]);
});

test.each([
  {
    name: 'the maximum',
    changes: { maxReplicas: 8, behavior: { scaleUp: { policies: paced(2) } } },
    load: 200,
    want: ['TooManyReplicas 20 8'],
  },
  {
    name: 'the minimum',
    changes: { minReplicas: 4, behavior: { scaleDown: { policies: paced(2) } } },
    load: 0,
    want: ['ScaleDownStabilized 0 1', 'TooFewReplicas 1 4'],
  },
])('policies that end at $name leave it to the bound, as in the HPA', (row) => {
  expect(limitsOf(row.changes, 6, row.load, 1).slice(1)).toEqual(row.want);
});
