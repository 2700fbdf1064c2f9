/** Prometheus itself gone: nothing falls, status says so, and it goes on by itself. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { crash } from './kill.ts';
import { startPrometheus, stopPrometheus } from './prometheus.ts';
import { Testbed } from './testbed.ts';

let bed: Testbed;
beforeAll(async () => {
  bed = await Testbed.open('prometheus');
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

test('Prometheus stopped: holds, says so, and goes on by itself when it is back', async () => {
  await stopPrometheus();
  const message = await bed.untilCondition('held', 'ScalingActive', 'False', undefined, 40);
  expect(message).toMatch(/error/i);
  await bed.staysAt('held', 4);
  await startPrometheus();
  await bed.untilCondition('held', 'ScalingActive', 'True', undefined, 90);
  await bed.setLoad(60);
  await bed.untilReplicas('held', 6, 40);
});

test('Prometheus killed: nothing falls while it starts again', async () => {
  await crash('monitoring', 'prometheus-0');
  await bed.staysAt('held', 4);
  await bed.untilCondition('held', 'ScalingActive', 'True', undefined, 90);
});
