/** Several pods' caches over one real Redis that can be made slow, full or gone, with and without a Redis beside each. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
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

type Pod = Awaited<ReturnType<typeof startPod>>;

let proxy: RedisProxy;
let pods: readonly Pod[];

interface PodOptions {
  /** For tracking, if not the same as for the rest. */
  readonly trackingUrl?: string;
  readonly nearUrl?: string;
}

async function startPod(url: string, { trackingUrl = url, nearUrl }: PodOptions = {}) {
  const connect = (target: string, commandTimeoutMs: number) =>
    connectRedis(target, { name: 'test', commandTimeoutMs }, createLog('silent'));
  const redis = connect(url, patienceMs);
  const subscriber = connect(trackingUrl, 1000);
  const near = nearUrl === undefined ? undefined : connect(nearUrl, patienceMs);
  const metrics = createMetrics();
  const cache = createCache({ redis, subscriber, near, metrics });
  await Promise.all([redis, subscriber, near].map((client) => client && untilReady(client)));
  await sleep(50);
  return { ...cache, metrics };
}

/** However many attempts it takes: on a busy machine one may fail. */
function untilReady(client: Redis): Promise<void> {
  return new Promise((resolve) => client.once('ready', () => resolve()));
}

/** An empty Redis of its own, as beside a pod: a numbered database of the real one. */
async function emptyRedis(number: number): Promise<string> {
  const url = `${inject('redisCacheUrl')}/${number}`;
  const redis = new Redis(url);
  await redis.flushdb();
  redis.disconnect();
  return url;
}

/** Run with pods of its own. */
async function withPods<T>(
  starting: readonly Promise<Pod>[],
  work: (...pods: readonly Pod[]) => Promise<T>,
): Promise<T> {
  const own = await Promise.all(starting);
  try {
    return await work(...own);
  } finally {
    await Promise.all(own.map(({ close }) => close()));
  }
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

test('what is in memory is read without a word to Redis', async () => {
  const stalling = await startRedisProxy(inject('redisCacheUrl'));
  await withPods([startPod(stalling.url)], async (...own) => {
    const key = randomUUID();
    const { state, load } = source();
    const read = () => own[0]?.read(kind, key, ['tag'], load);
    // The versions that this one made are remembered once they were told back and asked for again.
    await read();
    await sleep(50);
    await read();
    stalling.stall();
    expect(await read()).toEqual({ call: 1 });
    expect(state.calls).toBe(1);
  });
  stalling.close();
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

test.each(['no JSON', '{"value":1}'])(
  'what somebody else wrote there, %s, is loaded anew',
  async (text) => {
    const key = randomUUID();
    const redis = new Redis(inject('redisCacheUrl'));
    await redis.set(`value:thing:${key}`, text);
    redis.disconnect();
    expect(await pod(0).read(kind, key, [], source().load)).toEqual({ call: 1 });
  },
);

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

test('a load that began before a commit is outdated by it', async () => {
  const key = randomUUID();
  const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
  const { promise: committed, resolve: commit } = Promise.withResolvers<void>();
  let row = 'old';
  const slow = pod(0).read(kind, key, ['row'], async () => {
    const seen = row;
    begin();
    await committed;
    return { row: seen };
  });
  await begun;
  row = 'new';
  await pod(1).forgetTag('row');
  commit();
  expect(await slow).toEqual({ row: 'old' });
  for (const one of pods) {
    // The word of what was forgotten is on its way to the other pods.
    const read = () => one.read(kind, key, ['row'], async () => ({ row }));
    await expect.poll(read).toEqual({ row: 'new' });
  }
});

test('with Redis gone a pod keeps what it loads for itself, and forgets it', async () => {
  const key = randomUUID();
  const { load } = source();
  proxy.vanish();
  await sleep(50);
  const read = () => pod(0).read(kind, key, ['tag'], load);
  expect([await read(), await read()]).toEqual([{ call: 1 }, { call: 1 }]);
  await pod(0).forgetTag('tag');
  expect(await read()).toEqual({ call: 2 });
  proxy.open();
  await sleep(2500);
});

test('what was forgotten while Redis was gone is outdated everywhere once it is back', async () => {
  const key = randomUUID();
  const { load } = source();
  const outside = await startPod(inject('redisCacheUrl'));
  await outside.read(kind, key, [], load);
  proxy.vanish();
  await pod(0).forget(kind, key);
  expect(await outside.read(kind, key, [], load)).toEqual({ call: 1 });
  proxy.open();
  await expect.poll(() => outside.read(kind, key, [], load)).toEqual({ call: 2 });
  await outside.close();
});

test('what one pod forgets is outdated in the Redis beside every other', async () => {
  const url = inject('redisCacheUrl');
  const starting = [14, 15].map(async (number) =>
    startPod(url, { nearUrl: await emptyRedis(number) }),
  );
  await withPods(starting, async (...own) => {
    const key = randomUUID();
    const { load } = source();
    const readAll = () => Promise.all(own.map(({ read }) => read(kind, key, ['tag'], load)));
    expect(await readAll()).toEqual([{ call: 1 }, { call: 1 }]);
    await own[0]?.forgetTag('tag');
    await expect.poll(readAll).toEqual([{ call: 2 }, { call: 2 }]);
  });
});

test('a pod beside an empty Redis loads nothing that others have, and fills it', async () => {
  const url = inject('redisCacheUrl');
  const key = randomUUID();
  const nearUrl = await emptyRedis(13);
  const { state, load } = source();
  await withPods([startPod(url), startPod(url, { nearUrl })], async (...own) => {
    for (const { read } of own) expect(await read(kind, key, [], load)).toEqual({ call: 1 });
  });
  expect(state.calls).toBe(1);
  const near = new Redis(nearUrl);
  await expect.poll(() => near.exists(`value:thing:${key}`)).toBe(1);
  expect(await near.pttl(`value:thing:${key}`)).toBeGreaterThan(0);
  near.disconnect();
});

test('with the Redis beside it gone a pod reads from the central one', async () => {
  const near = await startRedisProxy(await emptyRedis(12));
  const starting = startPod(inject('redisCacheUrl'), { nearUrl: near.url });
  const key = randomUUID();
  const { state, load } = source();
  await withPods([starting, startPod(inject('redisCacheUrl'))], async (...own) => {
    near.vanish();
    for (const { read } of own) expect(await read(kind, key, [], load)).toEqual({ call: 1 });
  });
  expect(state.calls).toBe(1);
  near.close();
});

test.each(['vanish', 'stall'] as const)(
  'a pod whose tracking alone is in %s learns what others forget',
  async (mode) => {
    const url = inject('redisCacheUrl');
    const tracking = await startRedisProxy(url);
    const starting = startPod(url, { trackingUrl: tracking.url });
    await withPods([starting, startPod(url)], async (...own) => {
      const key = randomUUID();
      const { load } = source();
      const readAll = () => Promise.all(own.map(({ read }) => read(kind, key, [], load)));
      expect(await readAll()).toEqual([{ call: 1 }, { call: 1 }]);
      tracking[mode]();
      await own[1]?.forget(kind, key);
      await expect.poll(readAll).toEqual([{ call: 2 }, { call: 2 }]);
    });
    tracking.close();
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
