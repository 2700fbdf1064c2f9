import { expect, test } from 'vitest';
import type { Decision } from '../api/decision.ts';
import { eventsOf } from './events.ts';
import { decideOnce } from './testing/scenario.ts';

const reasons = (previous: Decision | undefined, decision: Decision) =>
  eventsOf(previous, decision).map(({ type, reason }) => `${type} ${reason}`);

test('events tell what changed, once', () => {
  const calmly = decideOnce({}, 4, { load: 40 });
  const rising = decideOnce({}, 4, { load: 60 });
  const blind = decideOnce({}, 4, { load: 'absent' });
  expect(reasons(undefined, calmly)).toEqual([]);
  expect(reasons(calmly, rising)).toEqual(['Normal SuccessfulRescale']);
  expect(reasons(calmly, blind)).toEqual([
    'Warning FailedGetExternalMetric',
    'Warning FailedSignalHold',
  ]);
  expect(reasons(blind, blind)).toEqual([]);
  expect(reasons(blind, calmly)).toEqual(['Normal ValidMetricFound']);
});

test('Observe announces no rescale', () => {
  expect(reasons(undefined, decideOnce({ mode: 'Observe' }, 4, { load: 60 }))).toEqual([]);
});
