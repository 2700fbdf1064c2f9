import { expect, test } from 'vitest';
import { parseProfile } from '../api/profile.ts';
import { type Fleet, type Policy, runFleet } from './fluid.ts';
import { generate } from './generate.ts';
import { hpa, STOCK } from './hpa.ts';
import { profilePolicy } from './profile-policy.ts';
import type { Trace } from './trace.ts';

const model = { capacityPerReplica: 50, startupSeconds: 45, minReplicas: 2, maxReplicas: 400 };

function specOf(change: object) {
  const parsed = parseProfile({
    apiVersion: 'autoscaling.bellwether.dev/v1alpha1',
    kind: 'ScaleProfile',
    metadata: { name: 'lms-api' },
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'lms-api' },
      minReplicas: 2,
      maxReplicas: 400,
      metrics: [
        {
          name: 'requests',
          type: 'Prometheus',
          prometheus: { query: 'sum(rate(requests_total[$window]))' },
          target: { type: 'AverageValue', averageValue: '35' },
        },
      ],
      ...change,
    },
  });
  if (!parsed.ok) throw new Error(parsed.problems.join('\n'));
  return parsed.profile.spec;
}

function replicasOver(trace: Trace, policy: Policy): readonly number[] {
  const replicas: number[] = [];
  const witness = {
    onSecond: (_: number, fleet: Fleet) => replicas.push(fleet.replicas),
    onOrder: () => {},
  };
  runFleet(trace, model, policy, witness);
  return replicas;
}

test.each(['lms:3:2', 'flash:3:1', 'step:3:1', 'noise:3:1'])(
  'a profile of strategy HPA does on %s exactly what the comparator does',
  (description) => {
    const trace = generate(description);
    if (!trace) throw new Error(`no trace ${description}`);
    const spec = specOf({ strategy: { type: 'HPA' } });
    const ours = replicasOver(
      trace,
      profilePolicy(trace, spec, 45, () => {}),
    );
    const theirs = replicasOver(trace, hpa(trace, model, STOCK));
    expect(ours.findIndex((replicas, second) => replicas !== theirs[second])).toBe(-1);
    expect(new Set(ours).size).toBeGreaterThan(5);
  },
);

test('every decision is told, with its second', () => {
  const trace = generate('step:1:1');
  if (!trace) throw new Error('no trace');
  const seconds: number[] = [];
  const spec = specOf({ strategy: { type: 'HPA' }, syncPeriodSeconds: 60 });
  replicasOver(
    trace,
    profilePolicy(trace, spec, 45, (second) => seconds.push(second)),
  );
  expect(seconds).toEqual(Array.from({ length: 1440 }, (_, minute) => 60 * minute));
});

test('a burst sees a flash crowd before the window of the metric does', () => {
  const trace = generate('flash:3:1');
  if (!trace) throw new Error('no trace of a flash crowd');
  const overloaded = (change: object) => {
    const spec = specOf({ strategy: { type: 'HPA' }, ...change });
    const replicas = replicasOver(
      trace,
      profilePolicy(trace, spec, 45, () => {}),
    );
    return trace.loads.reduce((sum, rate, second) => {
      const short = rate / model.capacityPerReplica - (replicas[second] ?? 0);
      return sum + Math.max(0, short);
    }, 0);
  };
  expect(overloaded({ burst: {} })).toBeLessThan(overloaded({}));
});
