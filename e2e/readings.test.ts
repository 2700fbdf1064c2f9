/** Failed readings hold the fleet: a series that is absent, NaN or stale. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { Testbed } from './testbed.ts';

let bed: Testbed;
beforeAll(async () => {
  bed = await Testbed.open('readings');
  await bed.setLoad(40);
  await bed.startTarget('held', 4);
  await bed.applyProfile('held');
});
afterAll(() => bed?.close());
beforeEach(async () => {
  await bed.setLoad(40);
  await bed.untilCondition('held', 'ScalingActive', 'True', undefined, 60);
  await bed.untilReplicas('held', 4, 30);
});

test('an absent series holds and is named', async () => {
  await bed.setLoad(undefined);
  const message = await bed.untilCondition('held', 'ScalingActive', 'False', undefined, 40);
  expect(message).toMatch(/absent/);
  await bed.staysAt('held', 4);
});

test('NaN holds and is named', async () => {
  await bed.setLoad(Number.NaN);
  const message = await bed.untilCondition('held', 'ScalingActive', 'False', undefined, 40);
  expect(message).toMatch(/invalid|NaN/);
  await bed.staysAt('held', 4);
});

test('a stale series that a range function still answers for holds and is named', async () => {
  const query = `sum(max_over_time(test_load{namespace="${bed.namespace}"}[10m]))`;
  const target = { type: 'AverageValue', averageValue: '10' };
  await bed.applyProfile('held', {
    metrics: [{ name: 'load', type: 'Prometheus', prometheus: { query }, target }],
    fallback: { staleAfterSeconds: 15 },
  });
  await bed.setLoad(undefined);
  const message = await bed.untilCondition('held', 'ScalingActive', 'False', undefined, 60);
  expect(message).toMatch(/stale/);
  await bed.staysAt('held', 4);
  await bed.applyProfile('held');
});

test('zero is a value: it scales down', async () => {
  await bed.setLoad(0);
  await bed.untilReplicas('held', 1, 40);
});
