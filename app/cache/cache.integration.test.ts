/** Two pods' caches over one real Redis that can be made slow, full or gone. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { createLog } from '../log.ts';
import { createMetrics } from '../metrics.ts';
import { connectRedis } from '../redis.ts';
import { type RedisProxy, startRedisProxy } from '../testing/redis-proxy.ts';
import { type CacheKind, createCache } from './cache.ts';

const kind: CacheKind = { name: 'thing', freshSeconds: 30, staleSeconds: 300, costly: true };
const brief: CacheKind = { name: 'brief', freshSeconds: 0.2, staleSeconds: 300, costly: true };

/** More than the production's 100 ms, so that a busy machine does not pass for a slow Redis. */
const patienceMs = 300;

let proxy: RedisProxy;
let pods: readonly Awaited<ReturnType<typeof startPod>>[];

async function startPod(url: string) {
  const log = createLog('silent');
  const redis = connectRedis(url, { name: 'test', commandTimeoutMs: patienceMs }, log);
  const subscriber = connectRedis(url, { name: 'test-bus', commandTimeoutMs: 1000 }, log);
  const metrics = createMetrics();
  const cache = createCache({ redis, subscriber, metrics });
  await Promise.all(
    [redis, subscriber].map((client) => new Promise((resolve) => client.once('ready', resolve))),
  );
  await sleep(50);
  return { ...cache, metrics };
}

beforeAll(async () => {
  proxy = await startRedisProxy(inject('redisCacheUrl'));
  pods = await Promise.all([startPod(proxy.url), startPod(proxy.url), startPod(proxy.url)]);
});
afterAll(async () => {
  await Promise.all(pods.map((pod) => pod.close()));
  proxy.close();
});

function pod(index: number) {
  const found = pods[index];
  if (!found) throw new Error(`there is no pod ${index}`);
  return found;
}

/** A source whose value counts how often it was asked. */
function source(takesMs = 0) {
  const state = { calls: 0, fails: false };
  const load = async () => {
    state.calls += 1;
    if (takesMs > 0) await sleep(takesMs);
    if (state.fails) throw new Error('the database is away');
    return { call: state.calls };
  };
  return { state, load };
}

test('what one pod has loaded the others find', async () => {
  const key = randomUUID();
  const { state, load } = source();
  expect(await pod(0).read(kind, key, [], load)).toEqual({ call: 1 });
  expect(await pod(1).read(kind, key, [], load)).toEqual({ call: 1 });
  expect(state.calls).toBe(1);
});

test('many readers on many pods at a time cause one load in the cluster', async () => {
  const key = randomUUID();
  const { state, load } = source(80);
  const readers = Array.from({ length: 60 }, (_, number) =>
    pod(number % 3).read(kind, key, [], load),
  );
  expect(new Set((await Promise.all(readers)).map((value) => JSON.stringify(value)))).toEqual(
    new Set(['{"call":1}']),
  );
  expect(state.calls).toBe(1);
});

test('one object is shared by the readers of a pod, so that it is serialized once', async () => {
  const key = randomUUID();
  const { load } = source();
  const first = await pod(0).read(kind, key, [], load);
  expect(await pod(0).read(kind, key, [], load)).toBe(first);
});

test('what is forgotten by key or by tag is loaded anew on every pod', async () => {
  const key = randomUUID();
  const tag = randomUUID();
  const { load } = source();
  const readAll = () => Promise.all(pods.map(({ read }) => read(kind, key, [tag], load)));
  expect(await readAll()).toEqual([{ call: 1 }, { call: 1 }, { call: 1 }]);
  await pod(0).forgetTag(tag);
  await sleep(50);
  expect(await readAll()).toEqual([{ call: 2 }, { call: 2 }, { call: 2 }]);
  await pod(1).forget(kind, key);
  await sleep(50);
  expect(await readAll()).toEqual([{ call: 3 }, { call: 3 }, { call: 3 }]);
});

test('what does not exist is not kept', async () => {
  const key = randomUUID();
  expect(await pod(0).read(kind, key, [], async () => undefined)).toBeUndefined();
  expect(await pod(0).read(kind, key, [], source().load)).toEqual({ call: 1 });
});

test('a stale value stands in while the database is away', async () => {
  const key = randomUUID();
  const { state, load } = source();
  await pod(0).read(brief, key, [], load);
  await sleep(250);
  state.fails = true;
  expect(await pod(0).read(brief, key, [], load)).toEqual({ call: 1 });
  expect(state.calls).toBe(2);
});

test('hits and misses are counted by cache', async () => {
  const key = randomUUID();
  const { load } = source();
  const count = async () => {
    const { values } = await pod(2).metrics.cacheRequests.get();
    return values.map(({ labels, value }) => [labels.cache, labels.result, value].join(' '));
  };
  const counted: CacheKind = { ...kind, name: 'counted' };
  await pod(2).read(counted, key, [], load);
  await pod(2).read(counted, key, [], load);
  await pod(2).read(counted, key, [], load);
  expect(await count()).toEqual(expect.arrayContaining(['counted miss 1', 'counted hit 2']));
});

test.each(['stall', 'fill', 'vanish'] as const)(
  'with Redis in %s reads still answer',
  async (mode) => {
    proxy[mode]();
    const { state, load } = source();
    const start = performance.now();
    const values = await Promise.all(
      Array.from({ length: 20 }, () => pod(0).read(kind, randomUUID(), ['tag'], load)),
    );
    expect(values).toHaveLength(20);
    expect(state.calls).toBe(20);
    expect(performance.now() - start).toBeLessThan(1500);
    await pod(0).forgetTag('tag');
    proxy.open();
    await sleep(2500);
    const key = randomUUID();
    const again = source();
    await pod(0).read(kind, key, [], again.load);
    await pod(1).read(kind, key, [], again.load);
    expect(again.state.calls).toBe(1);
  },
);

test('a pod that lost its connection trusts nothing that it held', async () => {
  const key = randomUUID();
  const { load } = source();
  await pod(0).read(kind, key, [], load);
  await pod(1).read(kind, key, [], load);
  proxy.vanish();
  await pod(0).forget(kind, key);
  proxy.open();
  await sleep(2500);
  await pod(0).forget(kind, key);
  await sleep(50);
  expect(await pod(1).read(kind, key, [], load)).toEqual({ call: 2 });
});
