import { expect, test } from 'vitest';
import type { ProfileStatus } from './api/status.ts';
import { isWorthWriting } from './report.ts';
import { noMemory, writeMemory } from './scaling/memory.ts';

type Decision = NonNullable<ProfileStatus['decision']>;

const decision: Decision = {
  at: '2026-11-21T10:00:00.000Z',
  mode: 'Active',
  currentReplicas: 4,
  proposedReplicas: 4,
  desiredReplicas: 4,
  winner: 'load',
  reason: 'DesiredWithinRange',
  message: '4 replicas',
  proposals: [{ name: 'load', replicas: 4, value: 40, message: '40 at 10 a replica' }],
  limits: [],
};

const status: ProfileStatus = {
  observedGeneration: 1,
  currentReplicas: 4,
  desiredReplicas: 4,
  conditions: [
    {
      type: 'Ready',
      status: 'True',
      reason: 'Reconciled',
      message: 'fine',
      lastTransitionTime: '2026-11-21T10:00:00.000Z',
    },
  ],
  decision,
  memory: memoryOf(['10:00:00', 4]),
};

function memoryOf(...proposals: readonly (readonly [string, number])[]) {
  const recorded = proposals.map(([time, replicas]) => ({
    atMs: Date.parse(`2026-11-21T${time}Z`),
    replicas,
  }));
  return writeMemory({ ...noMemory, proposals: recorded });
}

function remembering(...proposals: readonly (readonly [string, number])[]): ProfileStatus {
  return { ...status, memory: memoryOf(...proposals) };
}

const later: ProfileStatus = {
  ...remembering(['10:05:00', 4]),
  decision: { ...decision, at: '2026-11-21T10:05:00.000Z' },
};
const moved: ProfileStatus = { ...status, decision: { ...decision, message: '41 at 10' } };
const failing = (reason: string): ProfileStatus => ({
  ...status,
  conditions: (status.conditions ?? []).map((each) => ({ ...each, reason })),
});

interface Case {
  readonly name: string;
  readonly next: ProfileStatus;
  readonly seconds: number;
  readonly want: boolean;
}

test.each<Case>([
  { name: 'nothing', next: status, seconds: 3600, want: false },
  { name: 'only time', next: later, seconds: 3600, want: false },
  { name: 'a value, soon', next: moved, seconds: 59, want: false },
  { name: 'a value, after a minute', next: moved, seconds: 60, want: true },
  { name: 'the generation', next: { ...status, observedGeneration: 2 }, seconds: 0, want: true },
  { name: 'what is desired', next: { ...status, desiredReplicas: 5 }, seconds: 0, want: true },
  { name: 'a condition', next: failing('InvalidProfile'), seconds: 0, want: true },
  {
    name: 'a reading that failed',
    next: {
      ...status,
      decision: { ...decision, proposals: [{ name: 'load', failed: 'stale', message: 'old' }] },
    },
    seconds: 0,
    want: true,
  },
  {
    name: 'a higher proposal',
    next: remembering(['10:00:05', 9]),
    seconds: 1,
    want: true,
  },
  {
    name: 'a lower proposal, soon',
    next: remembering(['10:00:00', 4], ['10:00:05', 3]),
    seconds: 9,
    want: false,
  },
  {
    name: 'a lower proposal, after 10 s',
    next: remembering(['10:00:00', 4], ['10:00:05', 3]),
    seconds: 10,
    want: true,
  },
])('when $name changed $seconds s later: $want', ({ next, seconds, want }) => {
  expect(isWorthWriting({ status, atMs: 0 }, next, seconds * 1000)).toBe(want);
});

test('the first status is always written', () => {
  expect(isWorthWriting(undefined, status, 0)).toBe(true);
});
