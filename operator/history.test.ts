import { afterEach, beforeEach, expect, test } from 'vitest';
import { recall } from './recall.ts';
import { reconcile } from './reconcile.ts';
import type { SeenLoad } from './scaling/adaptive/loads.ts';
import { minuteOf } from './scaling/adaptive/ring.ts';
import { type Scene, startScene } from './testing/scene.ts';

const now = Date.parse('2026-11-21T10:00:00Z');
const DAY_MS = 86_400_000;

let scene: Scene;
beforeEach(async () => {
  scene = await startScene();
  scene.addTarget('web', 4);
  scene.setLoad('40');
});
afterEach(() => scene.close());

const adaptive = { strategy: { type: 'Adaptive' } };
const rangesAsked = () => scene.prometheus.asked.filter((query) => query.startsWith('max_over'));

/** What Prometheus tells of some days, all together. */
async function historyOf(query: string, days: number): Promise<readonly SeenLoad[]> {
  const loads: (readonly SeenLoad[])[] = [];
  const options = { windowSeconds: 30, days, nowMs: now };
  await scene.world.prometheus.history(query, options, async (day) => {
    loads.push(day);
  });
  return loads.flat();
}

/** Histories that came to this end. */
async function histories(outcome: 'taken' | 'failed'): Promise<number> {
  const { values } = await scene.metrics.histories.get();
  return values.find(({ labels }) => labels.outcome === outcome)?.value ?? 0;
}

/** A pass, and its history taken over. */
async function passUntilTaken(): Promise<void> {
  await scene.pass('web');
  await expect.poll(() => histories('taken')).toBe(1);
}

test('a history is asked for once, a day a query, beside the passes', async () => {
  scene.prometheus.past = () => 40;
  scene.addProfile('web', adaptive);
  await passUntilTaken();
  for (let pass = 0; pass < 3; pass += 1) {
    scene.wait(5);
    await scene.pass('web');
  }
  expect(rangesAsked()).toEqual(Array(8).fill('max_over_time((load\n)[1m:5s])'));
});

test('what rose at this minute on other days is prepared for', async () => {
  const rises = (seconds: number) => (seconds * 1000 - now) % DAY_MS;
  scene.prometheus.past = (seconds) => ((rises(seconds) + DAY_MS) % DAY_MS < 1_800_000 ? 150 : 40);
  scene.addProfile('web', adaptive);
  scene.wait(-300);
  await passUntilTaken();
  for (let pass = 0; pass < 57; pass += 1) {
    scene.wait(5);
    await scene.pass('web');
  }
  expect(scene.replicasOf('web')).toBeGreaterThanOrEqual(10);
  expect(scene.statusOf('web').decision?.message).toMatch(/of such rises \((day|week)\) came true/);
});

test('without Prometheus’s past a profile decides as without history', async () => {
  scene.setLoad('80');
  scene.addProfile('web', adaptive);
  await scene.pass('web');
  await expect.poll(() => histories('taken')).toBe(1);
  expect(scene.replicasOf('web')).toBe(8);
});

test('a history that failed is asked for again after five minutes', async () => {
  scene.prometheus.outage = { code: 503, body: 'down' };
  scene.addProfile('web', adaptive);
  await scene.pass('web');
  await expect.poll(() => histories('failed')).toBe(1);
  scene.wait(299);
  await scene.pass('web');
  expect(await histories('failed')).toBe(1);
  scene.wait(1);
  await scene.pass('web');
  await expect.poll(() => histories('failed')).toBe(2);
});

test('a history gives way to passes that are late', async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const world = { ...scene.world, pace: { ...scene.world.pace, untilSpare: () => promise } };
  scene.addProfile('web', adaptive);
  const stored = await scene.profiles.get({ namespace: 'lms', name: 'web' });
  if (!stored) throw new Error('there is no profile');
  const known = recall(stored, now);
  await reconcile(world, stored, known);
  await expect.poll(rangesAsked).toHaveLength(1);
  // Its reading is asked for and answered later than a second day would have been.
  await reconcile(world, stored, known);
  expect(rangesAsked()).toHaveLength(1);
  resolve();
  await expect.poll(() => histories('taken')).toBe(1);
  expect(rangesAsked()).toHaveLength(8);
});

test('a history that is long in coming is not asked for twice', async () => {
  let asked = 0;
  const history = () => {
    asked += 1;
    return Promise.withResolvers<never>().promise;
  };
  const world = { ...scene.world, prometheus: { ...scene.world.prometheus, history } };
  scene.addProfile('web', adaptive);
  const stored = await scene.profiles.get({ namespace: 'lms', name: 'web' });
  if (!stored) throw new Error('there is no profile');
  const known = recall(stored, now);
  for (let pass = 0; pass < 3; pass += 1) {
    await reconcile(world, stored, known);
    scene.wait(3600);
  }
  expect(asked).toBe(1);
});

test.each([
  { name: 'the HPA', spec: {} },
  {
    name: 'Adaptive that wants none',
    spec: { strategy: { type: 'Adaptive', history: { prometheus: false } } },
  },
])('$name asks for no history', async ({ spec }) => {
  scene.addProfile('web', spec);
  await scene.pass('web');
  await scene.pass('web');
  expect(rangesAsked()).toEqual([]);
});

test('a minute’s highest value is that minute’s in the ring', async () => {
  const seconds = now / 1000;
  scene.prometheus.past = (at) => (at === seconds - 65 ? 77 : 1);
  const loads = await historyOf('load', 2);
  expect(loads).toHaveLength(2 * 1440);
  const peak = loads.find(({ load }) => load === 77);
  expect(minuteOf((peak?.atMs ?? 0) - 1)).toBe(minuteOf(now) - 2);
  expect(loads.at(-1)?.atMs).toBe(now - 5000);
});

test.each([
  { query: 'load{', why: /no PromQL/ },
  { query: '"text"', why: /text/ },
])('a query that is none has no history: $query', async ({ query, why }) => {
  await expect(historyOf(query, 1)).rejects.toThrow(why);
});

test('an outage fails this history, not the next', async () => {
  scene.prometheus.outage = { code: 503, body: 'down' };
  await expect(historyOf('load', 1)).rejects.toThrow(/HTTP 503/);
  scene.prometheus.outage = undefined;
  expect(await historyOf('load', 1)).toEqual([]);
});
