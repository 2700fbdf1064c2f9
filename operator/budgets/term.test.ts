import { afterEach, beforeEach, expect, test } from 'vitest';
import { lead } from '../term.ts';
import { type PooledScene, startPooledScene } from '../testing/pooled-scene.ts';
import { realTiming } from '../timing.ts';

let scene: PooledScene;
let stopping: AbortController;
let done: Promise<void>;

function startTerm(): void {
  stopping = new AbortController();
  const { world, client, profiles } = scene;
  const timing = { ...realTiming, wallMs: world.wallMs };
  const options = { world, client, profiles, timing, watchNamespace: undefined };
  done = lead(options, stopping.signal);
}

async function endTerm(): Promise<void> {
  stopping.abort();
  await done;
}

beforeEach(async () => {
  scene = await startPooledScene();
  scene.addBudget('postgres');
  scene.addTarget('web', 4);
  scene.addPooledProfile('web');
  scene.setLoad('200');
});
afterEach(async () => {
  await endTerm();
  await scene.close();
});

test('a term raises within the budget, and the next one goes on from its ledger', async () => {
  const { uid } = scene.addPooledPod('web', 'web-1');
  startTerm();
  await expect.poll(() => scene.replicasOf('web')).toBe(9);
  await endTerm();
  const before = scene.budgetStatus('postgres').ledger?.leases;
  expect(before).toMatchObject([{ uid, state: 'Serving' }]);

  scene.wait(60);
  scene.setLoad('40');
  startTerm();
  await expect.poll(() => scene.replicasOf('web')).toBe(4);
  expect(scene.budgetStatus('postgres').ledger?.leases).toMatchObject([{ uid }]);
});

test('a pod is not taken for gone because its profile has not been listed yet', async () => {
  const { uid } = scene.addPooledPod('web', 'web-1');
  startTerm();
  await expect.poll(() => scene.budgetStatus('postgres').pods).toBe(1);
  await endTerm();
  const { promise: listed, resolve: letGo } = Promise.withResolvers<undefined>();
  let isHeld = false;
  scene.api.intercept = ({ path, isWatch }) => {
    if (isWatch || !path.endsWith('/scaleprofiles')) return undefined;
    isHeld = true;
    return listed;
  };
  startTerm();
  await expect.poll(() => isHeld).toBe(true);
  scene.wait(60);
  scene.setLoad('60');
  letGo(undefined);
  await expect.poll(() => scene.replicasOf('web')).toBe(6);
  expect(scene.budgetStatus('postgres').ledger).toMatchObject({ leases: [{ uid }], ghosts: [] });
});
