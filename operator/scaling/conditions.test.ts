import { expect, test } from 'vitest';
import type { Decision } from '../api/decision.ts';
import { conditionsOf, mergeConditions } from './conditions.ts';
import { averageOf, decideOnce, Scenario, specOf, start } from './testing/scenario.ts';

/** `status reason` by condition. */
function summary(decision: Decision): Readonly<Record<string, string>> {
  const found = conditionsOf(decision).map(({ type, status, reason }) => [
    type,
    `${status} ${reason}`,
  ]);
  return Object.fromEntries(found);
}

const calm = {
  Ready: 'True Reconciled',
  AbleToScale: 'True ReadyForNewScale',
  ScalingActive: 'True ValidMetricFound',
  ScalingLimited: 'False DesiredWithinRange',
  Fallback: 'False NotNeeded',
};
const failedGet = 'False FailedGetExternalMetric';
const two = { metrics: [averageOf('load', '10'), averageOf('other', '10')] };

test.each([
  { name: 'calm', current: 4, loads: { load: 40 }, want: {} },
  {
    name: 'at its maximum',
    changes: { maxReplicas: 5 },
    current: 5,
    loads: { load: 90 },
    want: { ScalingLimited: 'True TooManyReplicas' },
  },
  {
    name: 'at its minimum',
    current: 1,
    loads: { load: 0 },
    want: { ScalingLimited: 'True TooFewReplicas' },
  },
  {
    name: 'paced',
    current: 5,
    loads: { load: 400 },
    want: { ScalingLimited: 'True ScaleUpLimit' },
  },
  {
    name: 'paused',
    changes: { mode: 'Paused' },
    current: 5,
    loads: { load: 400 },
    want: { ScalingActive: 'False Paused' },
  },
  {
    name: 'blind',
    current: 5,
    loads: { load: 'stale' as const },
    want: { Ready: failedGet, ScalingActive: failedGet },
  },
  {
    name: 'half blind but rising',
    changes: two,
    current: 5,
    loads: { load: 60, other: 'stale' as const },
    want: { Ready: failedGet },
  },
  {
    name: 'half blind and held',
    changes: two,
    current: 5,
    loads: { load: 10, other: 'stale' as const },
    want: { Ready: failedGet, ScalingActive: failedGet },
  },
])('conditions of a profile that is $name', ({ changes = {}, current, loads, want }) => {
  expect(summary(decideOnce(changes, current, loads))).toEqual({ ...calm, ...want });
});

test('a hold is an AbleToScale with the HPA’s reason', () => {
  const target = new Scenario(specOf(), 4);
  expect(summary(target.pass({ load: 10 }))).toMatchObject({ AbleToScale: 'True ColdStart' });
  expect(summary(target.pass({ load: 10 }))).toMatchObject({
    AbleToScale: 'True ScaleDownStabilized',
  });
});

test('the fallback is a condition of its own', () => {
  const target = new Scenario(specOf({ fallback: { failureSeconds: 15, replicas: 6 } }), 4);
  target.pass({ load: 'error' });
  expect(summary(target.pass({ load: 'error' }))).toMatchObject({ Fallback: 'True Fallback' });
});

test('a condition keeps its time while its status stays', () => {
  const calmly = conditionsOf(decideOnce({}, 4, { load: 40 }));
  const first = mergeConditions([], calmly, start, 1);
  const blind = conditionsOf(decideOnce({}, 4, { load: 'error' }));
  const later = mergeConditions(first, blind, start + 60_000, 2);
  const since = (type: string) => later.find((found) => found.type === type)?.lastTransitionTime;
  expect(since('Ready')).toBe('2026-11-21T10:01:00.000Z');
  expect(since('AbleToScale')).toBe('2026-11-21T10:00:00.000Z');
  expect(later.map(({ observedGeneration }) => observedGeneration)).toEqual([2, 2, 2, 2, 2]);
});
