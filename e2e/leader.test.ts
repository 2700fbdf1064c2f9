/** Two operators, one leader: a killed one is followed within 20 s, and never do both write. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { until } from './kubernetes.ts';
import { killLeader, readyOperators } from './operators.ts';
import { ask } from './prometheus.ts';
import { Testbed } from './testbed.ts';

let bed: Testbed;
beforeAll(async () => {
  bed = await Testbed.open('leader');
  await bed.setLoad(40);
  await bed.startTarget('led', 4);
  await bed.applyProfile('led');
  await bed.startTarget('learned', 4);
  await bed.applyProfile('learned', {
    strategy: { type: 'Adaptive' },
    behavior: undefined,
  });
  for (const name of ['led', 'learned']) {
    await bed.untilCondition(name, 'ScalingActive', 'True', undefined, 60);
  }
});
afterAll(() => bed?.close());

test('a killed leader is followed within 20 s, and nothing moves meanwhile', async () => {
  const killedAt = Date.now();
  await killLeader();
  const ledAt = Date.now();
  await bed.staysAt('led', 4);
  await bed.setLoad(60);
  await bed.untilReplicas('led', 6, 30);

  const status = await until('what the new leader knows', 30, async () => {
    const found = await bed.statusOf('learned');
    return Date.parse(found?.decision?.at ?? '') > ledAt && found;
  });
  const [oldest] = status.memory?.signals?.load?.adaptive?.loads ?? [];
  expect(oldest?.[0], 'the loads that the killed leader saw are known').toBeLessThan(killedAt);
});

test('only the leader writes scales', async () => {
  await readyOperators();
  await bed.setLoad(30);
  await bed.untilReplicas('led', 3, 40);
  await until('Prometheus to have seen the write', 30, async () => {
    const writers = await ask('count(increase(bellwether_scale_writes_total[15s]) > 0)');
    return writers !== undefined && writers >= 1;
  });
  const leaders = await ask('sum(bellwether_leader)');
  const writers = await ask(
    'count(sum by (pod) (increase(bellwether_scale_writes_total[15s])) > 0)',
  );
  expect({ leaders, writers }).toEqual({ leaders: 1, writers: 1 });
});
