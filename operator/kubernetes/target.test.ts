import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Scene, startScene } from '../testing/scene.ts';

let scene: Scene;
let stopping: AbortController;
let running: Promise<void>;

const ref = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' };

beforeEach(async () => {
  scene = await startScene();
  stopping = new AbortController();
  scene.addTarget('web', 4);
  const { signal } = stopping;
  const sleep = () => new Promise<void>((resolve) => setImmediate(resolve));
  running = scene.world.targets.run({ signal, sleep, random: () => 0 });
});
afterEach(async () => {
  stopping.abort();
  await running;
  await scene.close();
});

async function read() {
  const found = await scene.world.targets.get(ref, 'lms');
  if (!found.ok) throw new Error(found.message);
  return found.target;
}

/** Scales and pods that were asked for one by one: all but lists of whole collections and watches. */
const asked = () =>
  scene.api.seen.filter(
    ({ path, isWatch }) => !isWatch && (path.endsWith('/scale') || path.endsWith('/lms/pods')),
  ).length;

const watches = (resource: string) =>
  scene.api.seen.some(({ path, isWatch }) => isWatch && path.endsWith(`/${resource}`));

/** Wait until it holds; each test's time-out bounds it. */
async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setImmediate(resolve));
}

/** Read until an answer came without a question. */
async function untilKnown(): Promise<void> {
  await until(async () => {
    const before = asked();
    await read();
    return asked() === before;
  });
}

test('a scale is read once for as long as its object stays the same', async () => {
  await untilKnown();
  const before = asked();
  for (let time = 0; time < 5; time += 1) expect((await read()).replicas).toBe(4);
  expect(asked()).toBe(before);
});

test('a change of the object is seen', async () => {
  await untilKnown();
  scene.addTarget('web', 9);
  await until(async () => (await read()).replicas === 9);
});

test('a write is known without reading it back, and a second on the old version is refused', async () => {
  await untilKnown();
  const old = await read();
  await scene.world.targets.setReplicas(old, 6);
  await until(async () => (await read()).replicas === 6);
  await expect(scene.world.targets.setReplicas(old, 7)).rejects.toThrow('409');
  expect((await read()).replicas).toBe(6);
});

test('a target that is gone is gone', async () => {
  await untilKnown();
  scene.api.store.delete('/apis/apps/v1/namespaces/lms/deployments/web');
  await until(async () => !(await scene.world.targets.get(ref, 'lms')).ok);
});

test('without the right to watch a kind, each scale is asked for', async () => {
  scene.api.intercept = ({ path }) =>
    path === '/apis/apps/v1/deployments' ? { code: 403 } : undefined;
  for (let time = 0; time < 5; time += 1) expect((await read()).replicas).toBe(4);
  expect(asked()).toBe(5);
});

test('pods are counted without asking, as they come, become Ready and go', async () => {
  await until(() => watches('pods'));
  const target = await read();
  const count = async () => {
    const { ready, starting } = await scene.world.targets.readPods(target, 'lms');
    return `${ready} ready, ${starting} starting`;
  };
  scene.addPod('web', 'web-1');
  await until(async () => (await count()) === '1 ready, 0 starting');
  const before = asked();
  scene.addPod('other', 'other-1');
  scene.addPod('web', 'web-2');
  await until(async () => (await count()) === '2 ready, 0 starting');
  scene.api.store.delete('/api/v1/namespaces/lms/pods/web-1');
  await until(async () => (await count()) === '1 ready, 0 starting');
  expect(asked()).toBe(before);
});

test('a pod that lost its readiness and has it back started only once', async () => {
  await until(() => watches('pods'));
  const target = await read();
  const starts = async () => (await scene.world.targets.readPods(target, 'lms')).starts;
  scene.addStartedPod('web', 'web-1', '2026-11-21T10:00:00Z', '2026-11-21T10:00:07Z');
  await until(async () => (await starts()).length === 1);
  scene.addStartedPod('web', 'web-1', '2026-11-21T10:00:00Z', '2026-11-21T10:09:00Z');
  scene.addStartedPod('web', 'web-2', '2026-11-21T10:00:00Z', '2026-11-21T10:00:09Z');
  await until(async () => (await starts()).length === 2);
  const lasted = (await starts()).map(({ createdAtMs, readyAtMs }) => readyAtMs - createdAtMs);
  expect(lasted).toEqual([7000, 9000]);
});
