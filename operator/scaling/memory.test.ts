import { expect, test } from 'vitest';
import { memorySchema } from '../api/status.ts';
import { behaviorRules } from './behavior.ts';
import { type Memory, noMemory, recordScale, rememberProposal, resume } from './memory.ts';
import { sameMemory } from './same-memory.ts';
import { Scenario, specOf, start } from './testing/scenario.ts';
import { readMemory, writeMemory } from './written-memory.ts';

const memory: Memory = {
  proposals: [
    { atMs: start - 60_000, replicas: 9 },
    { atMs: start, replicas: 4 },
  ],
  scaleEvents: [{ atMs: start - 5000, change: -3 }],
  signals: {
    load: { proposals: [{ atMs: start, replicas: 4 }] },
    jobs: { proposals: [], ratePerReplica: 0.1 + 0.2, rateAtMs: start },
  },
  failedSinceMs: start - 1000,
  burstAtMs: start - 2000,
  replicas: 4,
  foreign: [{ at: new Date(start - 3000).toISOString(), from: 4, to: 7, by: 'kubectl' }],
  guards: {
    latency: { missedSinceMs: start - 90_000, steps: 2, baseline: 0.3, stepAtMs: start - 20_000 },
    errors: { missedSinceMs: start, failedSinceMs: start, steps: 0, isStopped: true },
  },
  floors: { expected: { replicas: 30 }, lessons: { replicas: 8, failedSinceMs: start - 5000 } },
};

test('written memory is valid status and reads back exactly', () => {
  const written = memorySchema.parse(JSON.parse(JSON.stringify(writeMemory(memory))));
  expect(readMemory(written)).toEqual(memory);
  expect(readMemory(memorySchema.parse({}))).toEqual(noMemory);
});

const windows = behaviorRules({ scaleUp: { selectPolicy: 'Max', stabilizationWindowSeconds: 30 } });

test('a proposal that can never be lowest or highest again is forgotten', () => {
  const at = (seconds: number, replicas: number) => ({ atMs: start + seconds * 1000, replicas });
  const past = [at(0, 9), at(10, 3), at(20, 5), at(25, 5)];
  expect(rememberProposal(past, at(28, 5), windows)).toEqual([at(0, 9), at(10, 3), at(28, 5)]);
  expect(rememberProposal(past, at(40, 5), windows)).toEqual([at(0, 9), at(40, 5)]);
  expect(rememberProposal(past, at(400, 5), windows)).toEqual([at(400, 5)]);
});

test('memory stays small over hours of changing load', () => {
  const target = new Scenario(specOf(), 5);
  let most = 0;
  for (let pass = 0; pass < 3000; pass += 1) {
    target.pass({ load: 500 + 450 * Math.sin(pass / 7) });
    most = Math.max(most, target.memory.proposals.length + target.memory.scaleEvents.length);
  }
  expect(most).toBeLessThan(20 + 3);
});

test('mere repetition is the same memory: at rest nothing has to be written', () => {
  const target = new Scenario(specOf(), 4);
  target.run({ load: 40 }, 600);
  const written = target.memory;
  target.run({ load: 40 }, 600);
  expect(sameMemory(written, target.memory)).toBe(true);
});

test.each([
  { name: 'another proposal', change: { proposals: [{ atMs: start, replicas: 5 }] } },
  { name: 'a scale event', change: recordScale(memory, start, 1) },
  { name: 'the end of a failure', change: { failedSinceMs: undefined } },
  { name: 'a metric fewer', change: { signals: {} } },
  {
    name: 'a rate that moved by more than a hundredth',
    change: {
      signals: {
        ...memory.signals,
        jobs: { proposals: [], ratePerReplica: 0.31, rateAtMs: start },
      },
    },
  },
])('$name is another memory', ({ change }) => {
  const { failedSinceMs, ...rest } = { ...memory, ...change };
  const other = { ...rest, ...(failedSinceMs !== undefined && { failedSinceMs }) };
  expect(sameMemory(memory, memory)).toBe(true);
  expect(sameMemory(memory, other)).toBe(false);
});

test('after a restart the newest proposal counts as held until now', () => {
  expect(resume(memory, start + 90_000).proposals).toEqual([
    { atMs: start - 60_000, replicas: 9 },
    { atMs: start + 90_000, replicas: 4 },
  ]);
  expect(resume(noMemory, start)).toEqual(noMemory);
});

test('a target at rest does not fall at once after a restart, however long ago status was written', () => {
  const target = new Scenario(specOf(), 8);
  target.run({ load: 80 }, 30);
  const written = target.memory;
  target.run({ load: 80 }, 3600);
  target.memory = resume(written, target.nowMs - 15_000);
  expect(target.pass({ load: 10 }).desiredReplicas).toBe(8);
});
