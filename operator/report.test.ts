import { expect, test } from 'vitest';
import type { StatusBody } from './api/status.ts';
import { type Told, type Worth, worthOf } from './report.ts';
import { type Memory, noMemory } from './scaling/memory.ts';

type Decision = NonNullable<StatusBody['decision']>;

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

const status: StatusBody = {
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
};

function memoryOf(...proposals: readonly (readonly [string, number])[]): Memory {
  const recorded = proposals.map(([time, replicas]) => ({
    atMs: Date.parse(`2026-11-21T${time}Z`),
    replicas,
  }));
  return { ...noMemory, proposals: recorded };
}

const memory = memoryOf(['10:00:00', 4]);
const later: StatusBody = { ...status, decision: { ...decision, at: '2026-11-21T10:05:00.000Z' } };
/** With another reading of the one metric. */
function reading(value: number, message = '40 at 10 a replica'): StatusBody {
  return {
    ...status,
    decision: { ...decision, proposals: [{ name: 'load', replicas: 4, value, message }] },
  };
}
const measured = (seconds: number): StatusBody => ({
  ...status,
  leadTime: { seconds, samples: [seconds], until: '2026-11-21T10:00:00.000Z' },
});
const failing = (reason: string): StatusBody => ({
  ...status,
  conditions: (status.conditions ?? []).map((each) => ({ ...each, reason })),
});

interface Case {
  readonly name: string;
  readonly next?: StatusBody;
  readonly remembered?: Memory;
  readonly seconds: number;
  readonly want: Worth | undefined;
}

test.each<Case>([
  { name: 'nothing', seconds: 3600, want: undefined },
  {
    name: 'only time',
    next: later,
    remembered: memoryOf(['10:05:00', 4]),
    seconds: 3600,
    want: undefined,
  },
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
    remembered: memoryOf(['10:00:05', 9]),
    seconds: 1,
    want: 'memory',
  },
  {
    name: 'a lower proposal, soon',
    remembered: memoryOf(['10:00:00', 4], ['10:00:05', 3]),
    seconds: 9,
    want: undefined,
  },
  {
    name: 'a lower proposal, after 10 s',
    remembered: memoryOf(['10:00:00', 4], ['10:00:05', 3]),
    seconds: 10,
    want: 'memory',
  },
])('when $name changed $seconds s later: $want', ({ next, remembered, seconds, want }) => {
  const now: Told = { status: next ?? status, memory: remembered ?? memory };
  expect(worthOf({ status, memory, atMs: 0 }, now, seconds * 1000)).toBe(want);
});

test('the first status is always written', () => {
  expect(worthOf(undefined, { status, memory }, 0)).toBe('change');
});
