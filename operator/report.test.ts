import { expect, test } from 'vitest';
import type { ProfileStatus } from './api/status.ts';
import { type Worth, worthOf } from './report.ts';
import { noMemory } from './scaling/memory.ts';
import { writeMemory } from './scaling/written-memory.ts';

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
/** With another reading of the one metric. */
function reading(value: number, message = '40 at 10 a replica'): ProfileStatus {
  return {
    ...status,
    decision: { ...decision, proposals: [{ name: 'load', replicas: 4, value, message }] },
  };
}
const measured = (seconds: number): ProfileStatus => ({
  ...status,
  leadTime: { seconds, samples: [seconds], until: '2026-11-21T10:00:00.000Z' },
});
const failing = (reason: string): ProfileStatus => ({
  ...status,
  conditions: (status.conditions ?? []).map((each) => ({ ...each, reason })),
});

interface Case {
  readonly name: string;
  readonly next: ProfileStatus;
  readonly seconds: number;
  readonly want: Worth | undefined;
}

test.each<Case>([
  { name: 'nothing', next: status, seconds: 3600, want: undefined },
  { name: 'only time', next: later, seconds: 3600, want: undefined },
  { name: 'only a sentence', next: reading(40, 'other'), seconds: 3600, want: undefined },
  { name: 'a value by less than a tenth', next: reading(44), seconds: 3600, want: undefined },
  { name: 'a value by a tenth, soon', next: reading(45), seconds: 59, want: undefined },
  { name: 'a value by a tenth, after a minute', next: reading(45), seconds: 60, want: 'values' },
  { name: 'a value that fell', next: reading(36), seconds: 60, want: 'values' },
  { name: 'a value to nothing', next: reading(0), seconds: 60, want: 'values' },
  { name: 'the lead time, new', next: measured(9), seconds: 60, want: 'values' },
  {
    name: 'the generation',
    next: { ...status, observedGeneration: 2 },
    seconds: 0,
    want: 'change',
  },
  { name: 'what is desired', next: { ...status, desiredReplicas: 5 }, seconds: 0, want: 'change' },
  { name: 'a condition', next: failing('InvalidProfile'), seconds: 0, want: 'change' },
  {
    name: 'a reading that failed',
    next: {
      ...status,
      decision: { ...decision, proposals: [{ name: 'load', failed: 'stale', message: 'old' }] },
    },
    seconds: 0,
    want: 'change',
  },
  {
    name: 'a higher proposal',
    next: remembering(['10:00:05', 9]),
    seconds: 1,
    want: 'memory',
  },
  {
    name: 'a lower proposal, soon',
    next: remembering(['10:00:00', 4], ['10:00:05', 3]),
    seconds: 9,
    want: undefined,
  },
  {
    name: 'a lower proposal, after 10 s',
    next: remembering(['10:00:00', 4], ['10:00:05', 3]),
    seconds: 10,
    want: 'memory',
  },
])('when $name changed $seconds s later: $want', ({ next, seconds, want }) => {
  expect(worthOf({ status, atMs: 0 }, next, seconds * 1000)).toBe(want);
});

test('the first status is always written', () => {
  expect(worthOf(undefined, status, 0)).toBe('change');
});
