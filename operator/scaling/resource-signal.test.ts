/** A resource metric in a decision: its reading, its failures, and what it does beside other metrics. */
import { expect, test } from 'vitest';
import type { ProfileSpec } from '../api/profile.ts';
import { decide } from './decide.ts';
import { type Memory, noMemory } from './memory.ts';
import type { Observation } from './observation.ts';
import type { PodObservation } from './pod.ts';
import { ago, podUnseen, podUsing } from './testing/pods.ts';
import {
  averageOf,
  failedReading,
  type Loads,
  observe,
  specOf,
  start,
} from './testing/scenario.ts';

const cpu = {
  name: 'cpu',
  type: 'Resource',
  resource: { name: 'cpu' },
  target: { type: 'Utilization', averageUtilization: 70 },
};

/** Memory of a target that has been at rest for ever: no cold start, nothing to hold. */
const rested: Memory = { ...noMemory, proposals: [{ atMs: ago(3600), replicas: 1 }] };

function decideWith(
  pods: readonly PodObservation[] | undefined,
  changes: object = {},
  loads: Loads = {},
  currentReplicas = pods?.length ?? 4,
) {
  const observation = { ...observe(start, currentReplicas, loads), ...(pods && { pods }) };
  return decideOn(specOf({ metrics: [cpu], ...changes }), observation);
}

function decideOn(spec: ProfileSpec, observation: Observation) {
  return decide(spec, observation, rested).decision;
}

const busy = [podUsing(1050), podUsing(1050), podUsing(1050), podUsing(1050)];
const idle = [podUsing(350), podUsing(350), podUsing(350), podUsing(350)];

test('the reading is the percentage, taken when the newest sample was', () => {
  const pods = [podUsing(1050, { sampleAtMs: ago(12) }), ...busy.slice(1)];
  const { proposals, desiredReplicas, winner } = decideWith(pods);
  expect({ desiredReplicas, winner }).toEqual({ desiredReplicas: 6, winner: 'cpu' });
  expect(proposals).toEqual([
    {
      name: 'cpu',
      source: 'Resource',
      replicas: 6,
      value: 105,
      at: new Date(ago(5)).toISOString(),
      message: 'cpu at 105 % of its request against 70 %: 4 pods sampled',
    },
  ]);
});

test('it falls and rises beside other metrics: the highest wins', () => {
  const metrics = [cpu, averageOf('load', '10')];
  expect(decideWith(idle, { metrics }, { load: 10 })).toMatchObject({
    desiredReplicas: 2,
    winner: 'cpu',
  });
  expect(decideWith(idle, { metrics }, { load: 30 })).toMatchObject({
    desiredReplicas: 3,
    winner: 'load',
  });
});

test.each([
  { name: 'no pods were seen', pods: undefined, failed: 'absent' },
  { name: 'no pod has a sample', pods: [podUnseen(), podUnseen()], failed: 'absent' },
  {
    name: 'a request is missing',
    pods: [podUsing(1), podUsing(1, { requests: { api: {} } })],
    failed: 'invalid',
  },
  {
    name: 'the newest sample is older than staleAfterSeconds',
    pods: [podUsing(1, { sampleAtMs: ago(61) }), podUsing(1, { sampleAtMs: ago(90) })],
    failed: 'stale',
  },
])('it holds and says so when $name', ({ pods, failed }) => {
  const decision = decideWith(pods, {}, {}, 2);
  expect(decision).toMatchObject({ desiredReplicas: 2, reason: 'FailedSignalHold' });
  expect(decision.proposals).toMatchObject([{ name: 'cpu', failed }]);
});

test('a reading that was told to have failed has failed, whatever is known of the pods', () => {
  const observation = { ...observe(start, 4, { cpu: 'error' }), pods: idle };
  const { desiredReplicas, proposals } = decideOn(specOf({ metrics: [cpu] }), observation);
  expect(desiredReplicas).toBe(4);
  expect(proposals).toMatchObject([{ failed: 'error' }]);
});

test('failed, it stands in with its last good proposal and lowers nothing below it', () => {
  const spec = specOf({ metrics: [cpu, averageOf('load', '10')] });
  const before = { ...observe(start, 4, { load: 10 }), pods: busy };
  const { memory } = decide(spec, before, rested);
  const lost = observe(start + 15_000, 9, { load: 10 });
  const readings = { ...lost.readings, cpu: { value: failedReading('error') } };
  const { decision } = decide(spec, { ...lost, readings }, memory);
  expect(decision).toMatchObject({ proposedReplicas: 6, winner: 'cpu' });
});

test('a target at zero is not missing its pods: another metric wakes it', () => {
  const metrics = [cpu, averageOf('load', '10')];
  const asleep = decideWith([], { minReplicas: 0, metrics }, { load: 0 });
  expect(asleep).toMatchObject({ desiredReplicas: 0 });
  expect(asleep.proposals[0]).toMatchObject({ name: 'cpu', replicas: 0, value: 0 });
  expect(decideWith([], { minReplicas: 0, metrics }, { load: 11 }).desiredReplicas).toBe(2);
});

test('at or below its activation, in percent, it keeps nobody awake', () => {
  const metrics = [{ ...cpu, activation: '5' }, averageOf('load', '10')];
  const replicasAt = (used: number) =>
    decideWith([podUsing(used)], { minReplicas: 0, metrics }, { load: 0 }).desiredReplicas;
  expect(replicasAt(50)).toBe(0);
  expect(replicasAt(60)).toBe(1);
});

test('tolerance is that of the profile, by direction', () => {
  const pods = [podUsing(750), podUsing(750)];
  expect(decideWith(pods).desiredReplicas).toBe(2);
  expect(decideWith(pods, { behavior: { scaleUp: { tolerance: '0' } } }).desiredReplicas).toBe(3);
});

test('strategy Adaptive does not forecast it, and holds what it asked for', () => {
  const spec = specOf({ metrics: [cpu], strategy: { type: 'Adaptive' } });
  const { decision, memory } = decide(spec, { ...observe(start, 4, {}), pods: busy }, rested);
  expect(decision.desiredReplicas).toBe(6);
  const six = [...idle, ...idle.slice(0, 2)];
  const at = (seconds: number) => {
    const pods = six.map((pod) => ({ ...pod, sampleAtMs: start + seconds * 1000 }));
    return decide(spec, { ...observe(start + seconds * 1000, 6, {}), pods }, memory).decision;
  };
  expect(at(179).desiredReplicas).toBe(6);
  expect(at(181).desiredReplicas).toBe(3);
});
