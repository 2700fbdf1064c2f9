/** The memory budget over real Redis sidecars under load: pods come and go, none restarts, no client fails. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { Registry } from 'prom-client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openRedisConsole } from '../../operator/redis/console.ts';
import { nearCacheUrl, passwordsOf, redisFiles } from '../../operator/redis/files.ts';
import { createMemoryBudget, type RedisPod } from '../../operator/redis/memory-budget.ts';
import { createNearCacheMetrics } from '../../operator/redis/metrics.ts';
import { bootMemory, containerLimit } from '../../operator/redis/sizing.ts';
import { buildDataImage } from '../cluster/images.ts';
import { run } from '../cluster/run.ts';
import { type Certificates, makeCertificates } from '../pooling/certificates.ts';
import { type RedisSidecar, startRedisSidecar } from './sidecar.ts';

const mebi = 1024 * 1024;
const [mostReplicas, surge] = [4, 1];
const terms = { memoryBudget: 100 * mebi, maxMemory: 64 * mebi };
const boot = bootMemory(terms, mostReplicas + surge);
const memoryLimit = containerLimit(terms.maxMemory);
const passwords = passwordsOf(undefined);
const register = new Registry();

/** A pod whose application fills its cache without a pause. */
interface LivePod {
  readonly seen: RedisPod;
  readonly sidecar: RedisSidecar;
  readonly redis: Redis;
}

const pods = new Map<string, LivePod>();
const failures: unknown[] = [];
let isLoading = true;
let image: string;
let certificates: Certificates;

const budget = createMemoryBudget({
  ...{ namespace: 'lms', profile: 'api', metrics: createNearCacheMetrics(register) },
  isLeading: () => true,
  wallMs: Date.now,
  connect: async ({ uid }) =>
    openRedisConsole({
      ...{ host: '127.0.0.1', port: pods.get(uid)?.sidecar.tlsPort ?? 0 },
      ...{ tls: certificates.operator, password: passwords.operator, timeoutMs: 2000 },
    }),
});

beforeAll(async () => {
  certificates = makeCertificates();
  image = await buildDataImage('redis');
});
afterAll(async () => {
  isLoading = false;
  budget.close();
  await Promise.all([...pods.keys()].map(end));
});

async function begin(): Promise<void> {
  const files = redisFiles({ boot, policy: 'allkeys-lfu', passwords, tls: certificates.pooler });
  const sidecar = await startRedisSidecar(image, files, memoryLimit);
  const url = new URL(nearCacheUrl(passwords));
  url.port = String(sidecar.port);
  const redis = new Redis(url.href);
  const uid = sidecar.container;
  const state = { isTerminating: false, hasRun: true, memoryLimit };
  pods.set(uid, { seen: { uid, name: uid, address: '127.0.0.1', ...state }, sidecar, redis });
  void load(uid, redis);
}

async function load(uid: string, redis: Redis): Promise<void> {
  for (let index = 0; isLoading && pods.has(uid); index += 1) {
    const key = `value:${index % 3000}`;
    try {
      await redis.set(key, 'x'.repeat(1000 + ((index * 7919) % 60_000)));
      await redis.get(key);
    } catch (error) {
      if (pods.has(uid)) failures.push(error);
    }
  }
}

async function end(uid: string): Promise<void> {
  const pod = pods.get(uid);
  pods.delete(uid);
  pod?.redis.disconnect();
  await pod?.sidecar.remove();
}

const size = (replicas: number) =>
  budget.size({ ...terms, boot, expected: replicas + surge, pods: seenPods() });
const seenPods = () => [...pods.values()].map(({ seen }) => seen);

/** `maxmemory` of each, by somebody else than the operator. */
async function limits(): Promise<readonly number[]> {
  const asked = [...pods.values()].map(async ({ redis }) => {
    const [, limit] = /^maxmemory:(\d+)/m.exec(await redis.info('memory')) ?? [];
    return Number(limit) / mebi;
  });
  return Promise.all(asked);
}

/** Size as the loop does, until every limit is as expected. */
async function settles(replicas: number, expected: readonly number[]): Promise<void> {
  await expect
    .poll(
      async () => {
        await size(replicas);
        const found = await limits();
        expect(found.reduce((sum, limit) => sum + limit, 0)).toBeLessThanOrEqual(100);
        return found;
      },
      { timeout: 15_000, interval: 200 },
    )
    .toEqual(expected);
}

test('sidecars grow and shrink with the pods, within the budget, under load', async () => {
  expect(boot).toBe(20 * mebi);
  await begin();
  await settles(1, [64]);
  await sleep(1000);
  // Three more and one of a rollout: 20 of 100 are left for the first.
  expect((await size(4)).problems).toEqual([]);
  expect(await limits()).toEqual([20]);
  for (const _ of [2, 3, 4]) await begin();
  await settles(4, [20, 20, 20, 20]);
  for (const uid of [...pods.keys()].slice(2)) await end(uid);
  await settles(2, [40, 40]);
  await sleep(500);

  expect(failures).toEqual([]);
  for (const uid of pods.keys()) {
    const state = '{{.State.Running}} {{.State.OOMKilled}} {{.RestartCount}}';
    expect((await run('docker', ['inspect', '--format', state, uid])).trim()).toBe('true false 0');
  }
  expect(await register.metrics()).toMatch(/near_cache_evictions_total\{.*\} [1-9]/);
});
