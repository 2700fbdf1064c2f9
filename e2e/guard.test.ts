/** A guard whose objective is missed: steps up as long as they help, a reason when they do not, and no fall meanwhile. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Testbed } from './testbed.ts';

/** Long enough that a latency set after a step is scraped before the next one is due. */
const LEAD_SECONDS = 15;

let bed: Testbed;
beforeAll(async () => {
  bed = await Testbed.open('guard');
});
afterAll(() => bed?.close());

/** A load for 2 pods, and a latency whose objective is 0.1. */
const setLatency = (latency: number, elsewhere = 0) =>
  bed.setGauges({ test_load: 20, test_latency: latency, test_elsewhere: elsewhere });

/** A target at rest with 2 pods, and its profile, which may add a pod a step. */
async function startGuarded(name: string): Promise<void> {
  await setLatency(0.02);
  await bed.startTarget(name, 2);
  const series = (metric: string) => `max(${metric}{namespace="${bed.namespace}"})`;
  await bed.applyProfile(name, {
    leadTimeSeconds: LEAD_SECONDS,
    behavior: {
      scaleUp: { policies: [{ type: 'Pods', value: 1, periodSeconds: 1 }] },
      scaleDown: { stabilizationWindowSeconds: 0 },
    },
    guard: [
      {
        name: 'latency',
        query: series('test_latency'),
        objective: '0.1',
        windowSeconds: 3,
        unless: `${series('test_elsewhere')} > 0`,
      },
    ],
  });
  await bed.untilCondition(name, 'ObjectiveMissed', 'False', 'ObjectiveMet', 60);
}

test('steps that help go on, a lead time apart; once the objective is met the load decides again', async () => {
  await startGuarded('helped');
  await setLatency(0.5);
  await bed.untilReplicas('helped', 3, 40);
  const begun = performance.now();
  await bed.untilReplicas('helped', 4, 3 * LEAD_SECONDS);
  expect(performance.now() - begun).toBeGreaterThan(LEAD_SECONDS * 500);
  await setLatency(0.3);
  await bed.untilReplicas('helped', 5, 40);
  // The scale is written before the status: for a moment this tells of the pass before.
  const told = () => bed.untilCondition('helped', 'ObjectiveMissed', 'True', 'Guarding', 10);
  await expect.poll(told, { timeout: 10_000 }).toMatch(/^latency: 0\.3 misses 0\.1 since /);
  await setLatency(0.02);
  await bed.untilReplicas('helped', 2, 40);
  await bed.untilCondition('helped', 'ObjectiveMissed', 'False', 'ObjectiveMet', 10);
});

test('steps that do not help end, with the reason, and nothing falls', async () => {
  await startGuarded('helpless');
  await setLatency(0.5);
  await bed.untilReplicas('helpless', 4, 60);
  const message = await bed.untilCondition(
    'helpless',
    'ObjectiveMissed',
    'True',
    'MorePodsAreNotTheCure',
    3 * LEAD_SECONDS,
  );
  expect(message).toMatch(/more pods are not the cure$/);
  await bed.staysAt('helpless', 4);
});

test('while the bottleneck is elsewhere nothing is raised', async () => {
  await startGuarded('blameless');
  await setLatency(0.5, 1);
  const message = await bed.untilCondition(
    'blameless',
    'ObjectiveMissed',
    'True',
    'BottleneckElsewhere',
    40,
  );
  expect(message).toMatch(/elsewhere by `unless`$/);
  await bed.staysAt('blameless', 2);
});
