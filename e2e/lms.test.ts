/** The platform under learners' load: pods follow it both ways, and nobody's request is lost by that. */
import type { V1Deployment } from '@kubernetes/client-node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { seedCluster } from '../bench/demo/seed.ts';
import { apply, read, remove, until } from './kubernetes.ts';
import { resultOf, startLoad } from './load.ts';
import type { Program } from './program.ts';
import { ask } from './prometheus.ts';

const namespace = `e2e-lms-${Math.random().toString(36).slice(2, 7)}`;
const object = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } };

beforeAll(async () => {
  await apply(object);
  await seedCluster(200, 5000);
  await untilReplicas('lms-api', (wanted) => wanted === 2, 120);
});
afterAll(() => remove(object));

async function replicasOf(name: string) {
  const deployment = await read<V1Deployment>('apps/v1', 'Deployment', 'lms', name);
  return { wanted: deployment?.spec?.replicas ?? 0, ready: deployment?.status?.readyReplicas ?? 0 };
}

async function untilReplicas(name: string, is: (wanted: number) => boolean, seconds: number) {
  await until(`another count of ${name}`, seconds, async () => is((await replicasOf(name)).wanted));
}

describe.concurrent('half a minute of a class at work', () => {
  let load: Program;
  beforeAll(async () => {
    load = await startLoad({ namespace, name: 'class' }, 130, {
      browse: [
        { atSeconds: 0, perSecond: 25 },
        { atSeconds: 25, perSecond: 5 },
      ],
      essays: [
        { atSeconds: 0, perSecond: 6 },
        { atSeconds: 20, perSecond: 0 },
      ],
    });
  }, 120_000);

  test('the API follows the request rate up and down, and no request fails', async () => {
    await untilReplicas('lms-api', (wanted) => wanted >= 4, 30);
    await until('the new pods to be Ready', 20, async () => {
      const { ready } = await replicasOf('lms-api');
      return ready >= 4;
    });
    await untilReplicas('lms-api', (wanted) => wanted === 2, 180);
    const { total, failures } = await resultOf(load);
    expect(failures).toEqual({});
    expect(total).toMatchObject({ failed: 0 });
    expect(total.requests).toBeGreaterThan(1000);
  }, 300_000);

  test('workers follow the grading queue, every essay is graded, and they go again', async () => {
    await untilReplicas('lms-worker', (wanted) => wanted >= 2, 40);
    await until('the queue to be empty', 120, async () => {
      const depth = await ask('sum(max by (state) (lms_queue_jobs{queue="grading"}))');
      const open = await ask(
        'max(lms_queue_added_total{queue="grading"}) - max(lms_queue_completed_total{queue="grading"})',
      );
      return depth === 0 && open === 0;
    });
    await untilReplicas('lms-worker', (wanted) => wanted === 1, 150);
  }, 300_000);
});
