import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Grant, limitByBudget } from './budget.ts';
import { conditionsOf } from './conditions.ts';
import { decide } from './decide.ts';
import { noMemory } from './memory.ts';
import { observe, specOf, start } from './testing/scenario.ts';

const bound = (replicas: number | undefined, message: string) =>
  replicas === undefined ? undefined : { replicas, message };

/** 10 of load for each replica that is to be desired; `current` replicas are there. */
function decisionFor(desired: number, current: number, minReplicas: number) {
  const policies = [{ type: 'Pods', value: 100, periodSeconds: 15 }];
  const behavior = {
    scaleUp: { policies },
    scaleDown: { policies, stabilizationWindowSeconds: 0 },
  };
  const spec = specOf({ minReplicas, behavior });
  const memory = { ...noMemory, proposals: [{ atMs: 0, replicas: 1 }] };
  return decide(spec, observe(start, current, { load: desired * 10 }), memory).decision;
}

interface Case {
  readonly name: string;
  readonly desired: number;
  readonly current: number;
  readonly min?: number;
  readonly granted?: number;
  readonly most?: number;
  readonly want: number;
}

const cases: readonly Case[] = [
  { name: 'a raise within the grant', desired: 8, current: 4, granted: 8, most: 11, want: 8 },
  { name: 'a raise beyond the grant', desired: 8, current: 4, granted: 6, most: 11, want: 6 },
  { name: 'a raise without a grant', desired: 8, current: 4, granted: 0, want: 4 },
  { name: 'a grant below current lowers nothing', desired: 8, current: 4, granted: 2, want: 4 },
  {
    name: 'a grant for one from zero',
    desired: 3,
    current: 0,
    min: 0,
    granted: 1,
    most: 11,
    want: 1,
  },
  { name: 'no grant from zero', desired: 3, current: 0, min: 0, granted: 0, most: 0, want: 0 },
  { name: 'what is not raised needs no grant', desired: 4, current: 4, most: 11, want: 4 },
  { name: 'beyond the whole budget it falls', desired: 15, current: 15, most: 11, want: 11 },
  { name: 'on its way down, too', desired: 13, current: 15, most: 11, want: 11 },
  { name: 'not below minReplicas', desired: 15, current: 15, min: 12, most: 11, want: 12 },
  { name: 'nor to zero', desired: 2, current: 2, min: 1, most: 0, want: 1 },
  { name: 'a fall is its own', desired: 2, current: 8, most: 11, want: 2 },
];

test.each(cases)('$name', ({ desired, current, min = 1, granted, most, want }) => {
  const decision = decisionFor(desired, current, min);
  const grant = { granted: bound(granted, 'the grant'), carried: bound(most, 'the whole') };
  const limited = limitByBudget(decision, { minReplicas: min }, grant);
  expect(limited.desiredReplicas).toBe(want);
  const [last] = limited.limits.toReversed();
  if (want === decision.desiredReplicas) expect(limited).toBe(decision);
  else expect(last).toMatchObject({ reason: 'BudgetLimited', from: desired, to: want });
});

test('the limit is recorded with its sentence, and said in a condition', () => {
  const grant = { granted: { replicas: 6, message: 'floors for 6' }, carried: undefined };
  const limited = limitByBudget(decisionFor(8, 4, 1), { minReplicas: 1 }, grant);
  expect(limited).toMatchObject({
    desiredReplicas: 6,
    proposedReplicas: 8,
    reason: 'BudgetLimited',
    message: '6 replicas: load asks for 8 (80 at 10 a replica); BudgetLimited 8 to 6: floors for 6',
  });
  expect(conditionsOf(limited)).toContainEqual({
    type: 'ScalingLimited',
    status: 'True',
    reason: 'ConnectionBudget',
    message: 'floors for 6',
  });
});

test('never above what was decided, never a raise above the grant, never a fall for want of one', () => {
  const count = fc.integer({ min: 0, max: 30 });
  const maybe = fc.option(count, { nil: undefined });
  fc.assert(
    fc.property(count, count, maybe, maybe, (desired, current, granted, most) => {
      const decision = decisionFor(Math.max(1, desired), current, 1);
      const grant: Grant = { granted: bound(granted, 'grant'), carried: bound(most, 'whole') };
      const { desiredReplicas: to } = limitByBudget(decision, { minReplicas: 1 }, grant);
      const from = decision.desiredReplicas;
      expect(to).toBeLessThanOrEqual(from);
      if (granted !== undefined && to > current) expect(to).toBeLessThanOrEqual(granted);
      if (most === undefined) expect(to).toBeGreaterThanOrEqual(Math.min(from, current));
    }),
  );
});
