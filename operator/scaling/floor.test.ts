/** Floors from metrics: proposals of 3 at 10 a replica, no window for falling, failureSeconds 180 unless said. */
import { expect, test } from 'vitest';
import { decide } from './decide.ts';
import { type Memory, noMemory } from './memory.ts';
import type { Reading } from './reading.ts';
import { failedReading, good, observe, specOf, start } from './testing/scenario.ts';

const expected = { name: 'expected', query: 'max(expected) / 120' };
const atOnce = { policies: [{ type: 'Pods', value: 100, periodSeconds: 1 }] };
const behavior = { scaleUp: atOnce, scaleDown: { stabilizationWindowSeconds: 0 } };
const cap = { name: 'cap', start: '0 * * * *', durationSeconds: 3600, maxReplicas: 4 };

function decideWith(reading: Reading | undefined, changes: object = {}, memory: Memory = noMemory) {
  const spec = specOf({ schedules: [expected], behavior, ...changes });
  const nowMs = reading?.status === 'ok' ? reading.atMs : start;
  return at(nowMs, reading, spec, memory);
}

function at(
  nowMs: number,
  reading: Reading | undefined,
  spec: ReturnType<typeof specOf>,
  memory: Memory,
) {
  const scheduleReadings = reading ? { expected: reading } : {};
  return decide(spec, { ...observe(nowMs, 3, { load: 30 }), scheduleReadings }, memory);
}

test.each([
  { name: 'is rounded up', value: 7.1, want: 8 },
  { name: 'is what it says', value: 8, want: 8 },
  { name: 'knows no rounding error', value: 0.1 * 3 * 10, want: 3 },
  { name: 'below the proposal changes nothing', value: 2, want: 3 },
  { name: 'of zero is none', value: 0, want: 3 },
  { name: 'stays within maxReplicas', value: 1000, want: 20 },
  { name: 'beats a cap', value: 8, schedules: [expected, cap], want: 8 },
  { name: 'leaves a cap alone where it is lower', value: 2, schedules: [expected, cap], want: 3 },
])('a floor by query $name', ({ value, schedules = [expected], want }) => {
  const { decision } = decideWith(good(value, start), { schedules, maxReplicas: 20 });
  expect(decision.desiredReplicas).toBe(want);
});

test('it is recorded with its reason, and what it read', () => {
  const { decision, memory } = decideWith(good(7.1, start));
  expect(decision.limits).toEqual([
    { reason: 'ScheduleFloor', from: 3, to: 8, message: 'expected: 8 by its query' },
  ]);
  expect(decision.watches).toEqual([
    {
      kind: 'Schedule',
      name: 'expected',
      state: 'Floor',
      value: 7.1,
      at: new Date(start).toISOString(),
      message: 'a floor of 8',
    },
  ]);
  expect(memory.floors).toEqual({ expected: { replicas: 8 } });
});

test('it wakes a target from zero', () => {
  const spec = specOf({ schedules: [expected], minReplicas: 0 });
  const observation = { ...observe(start, 0, { load: 0 }), scheduleReadings: {} };
  expect(decide(spec, observation, noMemory).decision.desiredReplicas).toBe(0);
  const woken = { ...observation, scheduleReadings: { expected: good(5, start) } };
  expect(decide(spec, woken, noMemory).decision.desiredReplicas).toBe(5);
});

test('a failed reading leaves the last good floor for failureSeconds, from its first failure', () => {
  const spec = specOf({ schedules: [expected], behavior, fallback: { failureSeconds: 60 } });
  const passes = [0, 100, 159, 160, 1000, 1001].map((seconds) => start + seconds * 1000);
  const readings = [good(8, start), ...Array.from({ length: 4 }, () => failedReading('error'))];
  let memory: Memory = noMemory;
  const seen = passes.map((nowMs, pass) => {
    const decided = at(nowMs, readings[pass] ?? good(6, nowMs), spec, memory);
    memory = decided.memory;
    const [watch] = decided.decision.watches ?? [];
    return [decided.decision.desiredReplicas, watch?.state, watch?.failed];
  });
  expect(seen).toEqual([
    [8, 'Floor', undefined],
    [8, 'Standing', 'error'],
    [8, 'Standing', 'error'],
    [3, 'Ignored', 'error'],
    [3, 'Ignored', 'error'],
    [6, 'Floor', undefined],
  ]);
});

test.each([
  { name: 'that failed', reading: failedReading('absent') },
  { name: 'that the observation lacks', reading: undefined },
  { name: 'that is stale', reading: good(8, start - 60_001) },
])('a reading $name and was never good is no floor, and status says so', ({ reading }) => {
  const spec = specOf({ schedules: [expected], behavior });
  const { decision, memory } = at(start, reading, spec, noMemory);
  expect(decision.desiredReplicas).toBe(3);
  expect(decision.watches).toMatchObject([{ state: 'Ignored' }]);
  expect(memory.floors).toEqual({});
});
