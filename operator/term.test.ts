import { afterEach, beforeEach, expect, test } from 'vitest';
import { lead } from './term.ts';
import { type Scene, startScene } from './testing/scene.ts';
import { realTiming } from './timing.ts';

let scene: Scene;
let stopping: AbortController;
let done: Promise<void>;

beforeEach(async () => {
  scene = await startScene();
  stopping = new AbortController();
  scene.setLoad('60');
  scene.addTarget('web', 4);
  scene.addProfile('web');
  const { world, client, profiles } = scene;
  const options = { world, client, profiles, timing: realTiming, watchNamespace: undefined };
  done = lead(options, stopping.signal);
});
afterEach(async () => {
  stopping.abort();
  await done;
  await scene.close();
});

/** Wait until it holds; each test's time-out bounds it. */
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setImmediate(resolve));
}

test('a term begins with a pass over every profile', async () => {
  await until(() => scene.replicasOf('web') === 6);
  await until(() => scene.statusOf('web').desiredReplicas === 6);
});

test('a new profile and a changed one are looked at without waiting for the tick', async () => {
  await until(() => scene.statusOf('web').desiredReplicas === 6);
  await until(() => scene.api.seen.some(({ isWatch }) => isWatch));
  scene.addTarget('new', 1);
  scene.addProfile('new');
  await until(() => scene.replicasOf('new') === 5);
  scene.addProfile('web', { maxReplicas: 3 });
  await until(() => scene.replicasOf('web') === 3);
});

test('the end of a term waits for the pass in flight, and then nothing is written any more', async () => {
  await until(() => scene.statusOf('web').desiredReplicas === 6);
  await until(() => scene.api.seen.some(({ isWatch }) => isWatch));
  const { promise: held, resolve: letGo } = Promise.withResolvers<undefined>();
  let isHeld = false;
  scene.api.intercept = ({ method, path }) => {
    if (method !== 'PUT' || !path.endsWith('/scale')) return undefined;
    isHeld = true;
    return held;
  };
  scene.addProfile('web', { maxReplicas: 5 });
  await until(() => isHeld);
  stopping.abort();
  letGo(undefined);
  await done;
  expect(scene.replicasOf('web')).toBe(5);
  expect(scene.statusOf('web').desiredReplicas).toBe(5);

  const before = scene.api.seen.length;
  scene.addProfile('web', { maxReplicas: 3 });
  await new Promise((resolve) => setImmediate(resolve));
  expect(scene.api.seen.length).toBe(before);
});
