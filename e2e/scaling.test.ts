/** Scaling by a metric: up at once, down only after the window, to and within the bounds. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { until } from './kubernetes.ts';
import { targetRef } from './testbed/profile.ts';
import { Testbed } from './testbed.ts';

let bed: Testbed;
beforeAll(async () => {
  bed = await Testbed.open('scaling');
});
afterAll(() => bed?.close());

test('scales up on load, and down only after the window', async () => {
  await bed.setLoad(20);
  await bed.startTarget('steps', 2);
  const window = 20;
  await bed.applyProfile('steps', {
    behavior: {
      scaleUp: { policies: [{ type: 'Percent', value: 900, periodSeconds: 15 }] },
      scaleDown: { stabilizationWindowSeconds: window },
    },
  });
  await bed.untilCondition('steps', 'ScalingActive', 'True', undefined, 30);

  await bed.setLoad(75);
  await bed.untilReplicas('steps', 8, 30);
  await until('8 Ready pods', 20, async () => (await bed.replicasOf('steps')).ready === 8);

  await bed.setLoad(10);
  const fellAt = Date.now();
  await bed.untilReplicas('steps', 1, window + 30);
  expect(Date.now() - fellAt).toBeGreaterThan(window * 1000);
});

test('stops at maxReplicas and says so', async () => {
  await bed.setLoad(500);
  await bed.startTarget('bounded', 1);
  await bed.applyProfile('bounded', { maxReplicas: 3 });
  await bed.untilReplicas('bounded', 3, 30);
  const message = await bed.untilCondition(
    'bounded',
    'ScalingLimited',
    'True',
    'TooManyReplicas',
    15,
  );
  expect(message).toMatch(/3/);
});

test('brings a target that someone scaled out of its bounds back at once, and names who it was', async () => {
  await bed.setLoad(20);
  await bed.startTarget('pulled', 2);
  await bed.applyProfile('pulled', { maxReplicas: 4 });
  await bed.untilCondition('pulled', 'AbleToScale', 'True', undefined, 30);
  await bed.setReplicas('pulled', 6);
  await bed.untilReplicas('pulled', 4, 10);
  const message = await bed.untilCondition('pulled', 'ForeignWriter', 'True', undefined, 15);
  expect(message).toContain('bellwether-e2e-hand');
});

test('of two profiles with one target the older acts and both say so', async () => {
  await bed.setLoad(20);
  await bed.startTarget('shared', 2);
  await bed.applyProfile('shared');
  await bed.untilCondition('shared', 'ScalingActive', 'True', undefined, 30);
  await bed.applyProfile('younger', { scaleTargetRef: targetRef('shared'), minReplicas: 5 });
  for (const name of ['shared', 'younger']) {
    await bed.untilCondition(name, 'Ready', 'False', 'AmbiguousTarget', 30);
  }
  await bed.staysAt('shared', 2);
});

test('a target that does not exist is named in the conditions', async () => {
  await bed.applyProfile('nowhere');
  const message = await bed.untilCondition('nowhere', 'AbleToScale', 'False', undefined, 20);
  expect(message).toContain('nowhere');
});
