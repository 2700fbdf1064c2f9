/** Scaling by what pods use, as metrics-server tells it: up on CPU and back, and held where it cannot be told. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { request, until } from './kubernetes.ts';
import { nodeImage } from './testbed/pods.ts';
import { Testbed } from './testbed.ts';

let bed: Testbed;
beforeAll(async () => {
  bed = await Testbed.open('resource');
  await until('the cluster to serve metrics.k8s.io (metrics-server)', 120, async () => {
    const { status } = await request('GET', '/apis/metrics.k8s.io/v1beta1');
    return status === 200;
  });
});
afterAll(() => bed?.close());

/** Keeps a CPU busy for as many thousandths of the time as `test_load` of the gauge says. */
const burnerProgram = `
let busyMs = 0;
setInterval(async () => {
  const answer = await fetch('http://' + process.env.GAUGE + ':9464/').catch(() => undefined);
  busyMs = Number(((await answer?.text()) ?? '').split(' ')[1] ?? 0) / 10;
}, 1000);
setInterval(() => {
  const end = performance.now() + busyMs;
  while (performance.now() < end);
}, 100);
process.on('SIGTERM', () => process.exit(0));
`;

/** @param gauge its address; without one the CPU is left idle */
async function burner(gauge = '') {
  return {
    name: 'burner',
    image: await nodeImage(),
    command: ['node', '-e', burnerProgram],
    env: [{ name: 'GAUGE', value: gauge }],
    resources: { requests: { cpu: '100m', memory: '48Mi' } },
  };
}

const cpu = {
  name: 'cpu',
  type: 'Resource',
  resource: { name: 'cpu' },
  target: { type: 'Utilization', averageUtilization: 60 },
};

test.concurrent('a target that burns CPU is scaled up by its utilization, and comes back', async () => {
  await bed.setLoad(150);
  await bed.startTarget('burning', 1, await burner(await bed.gaugeAddress()));
  await bed.applyProfile('burning', { metrics: [cpu], maxReplicas: 3 });
  await bed.untilReplicas('burning', 3, 90);
  await bed.untilWinner('burning', 'cpu');

  await bed.setLoad(0);
  await bed.untilReplicas('burning', 1, 80);
});

test.concurrent('pods that request no CPU have no utilization: nothing moves, and the container is named', async () => {
  await bed.startTarget('unasked', 2);
  await bed.applyProfile('unasked', { metrics: [cpu] });
  await until('the missing request to be told', 90, async () => {
    const conditions = (await bed.statusOf('unasked'))?.conditions ?? [];
    const active = conditions.find(({ type }) => type === 'ScalingActive');
    return active?.status === 'False' && /no cpu request in container pause/.test(active.message);
  });
  expect((await bed.replicasOf('unasked')).wanted).toBe(2);
});

test.concurrent('one container by an amount of memory', async () => {
  const target = { type: 'AverageValue', averageValue: '8Mi' };
  const memory = {
    name: 'memory',
    type: 'ContainerResource',
    resource: { name: 'memory', container: 'burner' },
    target,
  };
  await bed.startTarget('remembering', 1, await burner());
  await bed.applyProfile('remembering', { metrics: [memory], maxReplicas: 2 });
  await bed.untilReplicas('remembering', 2, 90);
});
