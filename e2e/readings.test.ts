/** Failed readings hold the fleet: a series that is absent, NaN or stale, and Prometheus itself gone. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { crash } from './kill.ts';
import { throughout, until } from './kubernetes.ts';
import { startPrometheus, stopPrometheus } from './prometheus.ts';
import { Testbed } from './testbed.ts';

let bed: Testbed;
beforeAll(async () => {
  bed = await Testbed.open('readings');
  await bed.setLoad(40);
  await bed.startTarget('held', 4);
  await bed.applyProfile('held');
});
afterAll(async () => {
  await startPrometheus();
  await bed?.close();
});
beforeEach(async () => {
  await bed.setLoad(40);
  await bed.untilCondition('held', 'ScalingActive', 'True', undefined, 60);
  await bed.untilReplicas('held', 4, 30);
});

/** Nobody changes the count for 10 s, twice the profile's window for scaling down. */
function holds(): Promise<void> {
  return throughout(10, async () => {
    const { wanted } = await bed.replicasOf('held');
    return wanted === 4 ? undefined : `the target was scaled to ${wanted}`;
  });
}

test('an absent series holds and is named', async () => {
  await bed.setLoad(undefined);
  const message = await bed.untilCondition('held', 'ScalingActive', 'False', undefined, 40);
  expect(message).toMatch(/absent/);
  await holds();
});

test('NaN holds and is named', async () => {
  await bed.setLoad(Number.NaN);
  const message = await bed.untilCondition('held', 'ScalingActive', 'False', undefined, 40);
  expect(message).toMatch(/invalid|NaN/);
  await holds();
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
  await holds();
  await bed.applyProfile('held');
});

test('zero is a value: it scales down', async () => {
  await bed.setLoad(0);
  await bed.untilReplicas('held', 1, 40);
});

test('Prometheus stopped: holds, says so, and goes on by itself when it is back', async () => {
  await stopPrometheus();
  const message = await bed.untilCondition('held', 'ScalingActive', 'False', undefined, 40);
  expect(message).toMatch(/error/i);
  await holds();
  await startPrometheus();
  await bed.untilCondition('held', 'ScalingActive', 'True', undefined, 90);
  await bed.setLoad(60);
  await bed.untilReplicas('held', 6, 40);
});

test('Prometheus killed: nothing falls while it starts again', async () => {
  await crash('monitoring', 'prometheus-0');
  await holds();
  await until('a new answer', 90, async () => {
    const conditions = (await bed.statusOf('held'))?.conditions;
    return conditions?.some(({ type, status }) => type === 'ScalingActive' && status === 'True');
  });
});
