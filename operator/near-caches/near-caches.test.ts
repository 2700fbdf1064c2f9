import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Scene, startScene } from '../testing/scene.ts';

const mebi = 2 ** 20;
/** 20 pods and the 5 of a rollout boot with 20 MiB each. */
const redis = { maxMemory: '400Mi', memoryBudget: '500Mi' };

let scene: Scene;
beforeEach(async () => {
  scene = await startScene();
  scene.addTarget('api', 1);
  scene.addProfile('api', { sidecars: { redis } });
  addPod('api-0', 20);
});
afterEach(() => scene.close());

function addPod(name: string, mebibytes: number, memoryLimit?: string): void {
  const container = 'bellwether-redis';
  const resources = { limits: { ...(memoryLimit && { memory: memoryLimit }) } };
  const pod = {
    ...{ apiVersion: 'v1', kind: 'Pod', metadata: { name, labels: { app: 'api' } } },
    spec: { initContainers: [{ name: container, restartPolicy: 'Always', resources }] },
    status: {
      ...{ phase: 'Running', podIP: '10.0.0.1', conditions: [{ type: 'Ready', status: 'True' }] },
      initContainerStatuses: [{ name: container, containerID: 'containerd://1', restartCount: 0 }],
    },
  };
  scene.api.store.put(`/api/v1/namespaces/lms/pods/${name}`, pod, 'lms');
  scene.redises.limits.set(name, mebibytes * mebi);
}

/** One round of the loop and one more after each of these. */
async function runLoop(...between: (() => Promise<void>)[]): Promise<void> {
  const term = new AbortController();
  const stored = await scene.profiles.get({ namespace: 'lms', name: 'api' });
  const left = between.values();
  await scene.world.nearCaches.run({
    profiles: () => (stored ? [{ stored, isShadowed: false }] : []),
    signal: term.signal,
    sleep: async () => {
      const { value: next } = left.next();
      if (next) await next();
      else term.abort();
    },
  });
}

const limits = () => [...scene.redises.limits.values()].map((bytes) => bytes / mebi);

test('sidecars are sized by what a rollout leaves and their containers hold', async () => {
  // 1.25 x 96 + 30 MiB
  addPod('api-1', 20, '150Mi');
  await runLoop();
  expect(limits()).toEqual([400, 96]);
});

test('what they say is exported while they are followed', async () => {
  const shown = () => scene.metrics.register.metrics();
  await runLoop(async () => {
    const labels = 'namespace="lms",profile="api",pod="api-0"';
    expect(await shown()).toContain(
      `bellwether_near_cache_maxmemory_bytes{${labels}} ${400 * mebi}`,
    );
    expect(await shown()).toContain(`bellwether_near_cache_evictions_total{${labels}} 5`);
    // 500 less 400 and 20 for the one of a rollout
    const free = `bellwether_near_cache_free_bytes{namespace="lms",profile="api"} ${80 * mebi}`;
    expect(await shown()).toContain(free);
  });
  expect(await shown()).not.toContain('profile="api"');
});

test('a raise is written when its pods have room, and the room is kept for them', async () => {
  const replicasAtChange: (number | undefined)[] = [];
  await runLoop(async () => {
    expect(limits()).toEqual([400]);
    scene.redises.setOnSet(() => replicasAtChange.push(scene.replicasOf('api')));
    scene.setLoad('100');
    await scene.pass('api');
    expect(scene.replicasOf('api')).toBe(5);
    // As if the next round did not see the raise yet.
    scene.addTarget('api', 1);
  });
  // 500 less 20 for each of the 4 that come and the 2 of a rollout
  expect(limits()).toEqual([380]);
  expect(replicasAtChange).toEqual([1]);
});

test('a sidecar that does not answer keeps no raise from being written', async () => {
  await runLoop(async () => {
    scene.redises.limits.clear();
    scene.setLoad('100');
    await scene.pass('api');
  });
  expect(scene.replicasOf('api')).toBe(5);
});

test('who does not lead changes nothing', async () => {
  scene.setLeading(false);
  await runLoop();
  expect(limits()).toEqual([20]);
});
