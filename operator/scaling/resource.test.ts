import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ResourceMetric, ResourceTarget } from '../api/metric.ts';
import type { PodObservation } from './pod.ts';
import { replicasForResource } from './resource.ts';
import { podPending, podUnseen, podUsing } from './testing/pods.ts';
import { start } from './testing/scenario.ts';

const tenth = { up: 0.1, down: 0.1 };
const percent = (averageUtilization: number): ResourceTarget => ({
  type: 'Utilization',
  averageUtilization,
});
const average = (averageValue: number): ResourceTarget => ({ type: 'AverageValue', averageValue });

interface Case {
  readonly pods: readonly PodObservation[];
  readonly current?: number | undefined;
  readonly target?: ResourceTarget | undefined;
  readonly resource?: ResourceMetric['resource'];
}

function need({ pods, current = 4, target = percent(70), resource = { name: 'cpu' } }: Case) {
  return replicasForResource({ resource, target }, pods, current, tenth, start);
}

/** So many pods that each use so much of 1000 requested. */
function many(count: number, used: number): readonly PodObservation[] {
  return Array.from({ length: count }, () => podUsing(used));
}

test.each([
  { name: 'at the target nothing moves', pods: many(4, 700), want: 4 },
  { name: '105 % asks for 1.5 times as many', pods: many(4, 1050), want: 6 },
  { name: '35 % asks for half', pods: many(4, 350), want: 2 },
  { name: 'no use asks for none', pods: many(4, 0), want: 0 },
  { name: 'a count is rounded up: 78 / 70 x 4 = 4.5', pods: many(4, 780), want: 5 },
  { name: '77 % is the upper end of tolerance', pods: many(4, 770), want: 4 },
  {
    name: '77.9 % is cut off to 77',
    pods: [...many(3, 780), podUsing(779)],
    want: 4,
  },
  { name: '63 % is the lower end of tolerance', pods: many(10, 630), current: 10, want: 10 },
  { name: '62.9 % is 62: 62 / 70 x 10 = 8.9', pods: many(10, 629), current: 10, want: 9 },
  { name: 'the pods sampled count, not those asked for', pods: many(4, 1050), current: 3, want: 6 },
  {
    name: 'a surge within tolerance does not ratchet',
    pods: many(5, 700),
    current: 4,
    want: 4,
  },
  {
    name: 'an unready pod counts 0 going up: 3150 of 4000 is 78 %',
    pods: [...many(3, 1050), podPending],
    want: 5,
  },
  {
    name: 'an unready pod ends a rise that its work would cover: 84 % becomes 63 %',
    pods: [...many(3, 840), podPending],
    want: 4,
  },
  {
    name: 'a rise that two unready pods would turn round: 80 % becomes 53 %',
    pods: [...many(4, 800), podPending, podPending],
    current: 6,
    want: 6,
  },
  {
    name: 'an unready pod does not count going down: 35 / 70 x 3 = 1.5',
    pods: [...many(3, 350), podPending],
    want: 2,
  },
  {
    name: 'a missing pod counts 100 % going down: 2050 of 4000 is 51 %',
    pods: [...many(3, 350), podUnseen()],
    want: 3,
  },
  {
    name: 'and the target if that is more: 93 / 150 x 4 = 2.5',
    pods: [...many(3, 750), podUnseen()],
    target: percent(150),
    want: 3,
  },
  {
    name: 'a missing pod counts 0 going up: 78 / 70 x 4 = 4.5',
    pods: [...many(3, 1050), podUnseen()],
    want: 5,
  },
  {
    name: 'missing pods that would turn a fall round: 60 % becomes 90 %',
    pods: [podUsing(600), podUnseen(), podUnseen(), podUnseen()],
    want: 4,
  },
  {
    name: 'missing pods that bring a fall into tolerance: 58 % becomes 68 %',
    pods: [...many(3, 580), podUnseen()],
    want: 4,
  },
  {
    name: 'missing pods change nothing at the target',
    pods: [...many(3, 700), podUnseen()],
    want: 4,
  },
  {
    name: 'unready and missing pods both count 0 going up: 4200 of 5000 is 84 %',
    pods: [...many(3, 1400), podUnseen(), podPending],
    current: 5,
    want: 6,
  },
  {
    name: 'going down the missing count and the unready do not: 1700 of 3000 is 56 %',
    pods: [...many(2, 350), podUnseen(), podPending],
    want: 3,
  },
  {
    name: 'a rise that asks for fewer than there should be',
    pods: [...many(3, 1050), podUnseen()],
    current: 10,
    want: 10,
  },
  {
    name: 'a fall that asks for more than there should be: 58 / 70 x 6 = 5.0',
    pods: [...many(5, 500), podUnseen()],
    current: 3,
    want: 3,
  },
  {
    name: 'pods being deleted and Failed ones are not there',
    pods: [...many(2, 1050), podUsing(0, { deleting: true }), podUsing(0, { phase: 'Failed' })],
    current: 2,
    want: 3,
  },
])('Utilization of 70 %: $name', ({ want, pods, current, target }) => {
  expect(need({ pods, current, target })).toMatchObject({ ok: true, replicas: want });
});

test.each([
  { name: '600m asks for 1.2 times as many', pods: many(4, 600), want: 5 },
  { name: 'the mean is cut off: 550.75m is 550m', pods: [...many(3, 550), podUsing(553)], want: 4 },
  {
    name: 'a missing pod counts the target going down: 275m',
    pods: [...many(3, 200), podUnseen()],
    want: 3,
  },
  { name: 'a missing pod counts 0 going up: 600m', pods: [...many(3, 800), podUnseen()], want: 5 },
  { name: 'an unready pod counts 0 going up', pods: [...many(3, 800), podPending], want: 5 },
  {
    name: 'an unready pod does not count going down',
    pods: [...many(3, 200), podPending],
    want: 2,
  },
  {
    name: 'requests do not matter',
    pods: many(4, 600).map((pod) => ({ ...pod, requests: {} })),
    want: 5,
  },
])('AverageValue of 500m: $name', ({ want, pods }) => {
  expect(need({ pods, target: average(0.5) })).toMatchObject({ ok: true, replicas: want });
});

test('memory goes by bytes, and its value is what was measured', () => {
  const pods = many(4, 150 * 2 ** 20);
  const target = average(100 * 2 ** 20);
  const value = 150 * 2 ** 20;
  expect(need({ pods, target, resource: { name: 'memory' } })).toMatchObject({
    replicas: 6,
    value,
  });
});

test('one container counts alone', () => {
  const usage = { api: { cpu: 900 }, proxy: { cpu: 10 } };
  const requests = { api: { cpu: 1000 }, proxy: { cpu: 100 } };
  const pods = many(4, 0).map((pod) => ({ ...pod, usage, requests }));
  expect(need({ pods })).toMatchObject({ replicas: 5, value: 82 });
  expect(need({ pods, resource: { name: 'cpu', container: 'api' } })).toMatchObject({
    replicas: 6,
    value: 90,
  });
});

test.each([
  { name: 'no pods', pods: [], reason: 'absent', said: /no pods/ },
  {
    name: 'no sample of a ready pod',
    pods: [podPending, podUnseen()],
    reason: 'absent',
    said: /1 unready, 1 without/,
  },
  {
    name: 'a request that is missing',
    pods: [podUsing(1), podUsing(1, { name: 'web-2', requests: { api: { memory: 1 } } })],
    reason: 'invalid',
    said: /web-2 .* cpu request in container api/,
  },
  {
    name: 'a request that is missing on a pod that starts',
    pods: [podUsing(1), { ...podPending, requests: { api: {} } }],
    reason: 'invalid',
    said: /pending .* container api/,
  },
  {
    name: 'requests of nothing',
    pods: [podUsing(1, { requests: { api: { cpu: 0 } } })],
    reason: 'invalid',
    said: /request 0 of cpu/,
  },
])('$name is no reading', ({ pods, reason, said }) => {
  expect(need({ pods })).toMatchObject({
    ok: false,
    reason,
    message: expect.stringMatching(said),
  });
});

test('the value is that of the pods sampled; the sentence tells the rest', () => {
  const found = need({ pods: [...many(3, 350), podUnseen(), podPending] });
  expect(found).toMatchObject({ value: 35, message: expect.stringMatching(/3 pods sampled/) });
  expect(found.message).toMatch(/1 unready, 1 without a sample, 51 with these as assumed/);
});

const anyPod = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: 0, max: 3000 }).map((used) => podUsing(used)) },
  fc.constant(podUnseen()),
  fc.constant(podPending),
);
const anyTarget = fc.oneof(
  fc.integer({ min: 1, max: 200 }).map(percent),
  fc.integer({ min: 1, max: 3000 }).map((milli) => average(milli / 1000)),
);
/** As many pods as were asked for, the first of them sampled. */
const fleet = fc
  .tuple(fc.integer({ min: 0, max: 3000 }), fc.array(anyPod, { maxLength: 12 }))
  .map(([used, others]) => [podUsing(used), ...others]);

function replicasOf(pods: readonly PodObservation[], target: ResourceTarget): number {
  const found = need({ pods, target, current: pods.length });
  return found.ok ? found.replicas : Number.NaN;
}

test('more use never means fewer replicas', () => {
  fc.assert(
    fc.property(fleet, anyTarget, fc.integer({ min: 1, max: 2000 }), (pods, target, added) => {
      const [first, ...others] = pods;
      const used = first?.usage?.api?.cpu ?? 0;
      const more = replicasOf([podUsing(used + added), ...others], target);
      expect(more).toBeGreaterThanOrEqual(replicasOf(pods, target));
    }),
  );
});

test('what is assumed never moves the count against what was measured', () => {
  fc.assert(
    fc.property(fleet, anyTarget, (pods, target) => {
      const sampled = pods.filter(({ usage }) => usage !== undefined);
      const seen = need({ pods: sampled, target, current: sampled.length });
      if (!seen.ok) throw new Error(seen.message);
      const wanted =
        target.type === 'Utilization' ? target.averageUtilization : target.averageValue;
      const change = replicasOf(pods, target) - pods.length;
      expect(change * Math.sign(seen.value - wanted)).toBeGreaterThanOrEqual(0);
    }),
  );
});

test('the order of pods does not matter', () => {
  fc.assert(
    fc.property(fleet, anyTarget, (pods, target) => {
      expect(need({ pods: pods.toReversed(), target })).toEqual(need({ pods, target }));
    }),
  );
});
