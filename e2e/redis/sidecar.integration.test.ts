/** What the operator relies on, shown on the Redis of our image. */
import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openRedisConsole } from '../../operator/redis/console.ts';
import {
  nearCacheUrl,
  passwordsOf,
  redisFiles,
  redisOperator,
} from '../../operator/redis/files.ts';
import { containerLimit } from '../../operator/redis/sizing.ts';
import { buildDataImage } from '../cluster/images.ts';
import { run } from '../cluster/run.ts';
import { type Certificates, makeCertificates } from '../pooling/certificates.ts';
import { type RedisSidecar, startRedisSidecar } from './sidecar.ts';

const mebi = 1024 * 1024;
const [boot, maxMemory] = [8 * mebi, 64 * mebi];
const memoryLimit = containerLimit(maxMemory);
const passwords = passwordsOf(undefined);
const policy = 'allkeys-lfu';

let certificates: Certificates;
let strangers: Certificates;
let sidecar: RedisSidecar;

beforeAll(async () => {
  const image = await buildDataImage('redis');
  certificates = makeCertificates();
  strangers = makeCertificates();
  const files = redisFiles({ boot, policy, passwords, tls: certificates.pooler });
  sidecar = await startRedisSidecar(image, files, memoryLimit);
});
afterAll(() => sidecar?.remove());

function open(changed: { password?: string; from?: Certificates } = {}) {
  const { password = passwords.operator, from = certificates } = changed;
  const tls = { ...from.operator, authority: certificates.operator.authority };
  return openRedisConsole({
    ...{ host: '127.0.0.1', port: sidecar.tlsPort, tls, password, timeoutMs: 2000 },
  });
}

/** The application, or whoever else comes to its port. */
async function withClient<T>(account: string, work: (redis: Redis) => Promise<T>): Promise<T> {
  const url = new URL(account);
  url.port = String(sidecar.port);
  const redis = new Redis(url.href, { retryStrategy: () => null, maxRetriesPerRequest: 0 });
  redis.on('error', () => undefined);
  try {
    return await work(redis);
  } finally {
    redis.disconnect();
  }
}

test('the application reads and writes, and can neither administer nor read every key', async () => {
  await withClient(nearCacheUrl(passwords), async (redis) => {
    await redis.set('key', 'value');
    expect(await redis.get('key')).toBe('value');
    await expect(redis.config('SET', 'maxmemory', 0)).rejects.toThrow(/NOPERM/);
    await expect(redis.keys('*')).rejects.toThrow(/NOPERM/);
    await expect(redis.flushall()).rejects.toThrow(/NOPERM/);
  });
});

test('without the password nobody reads, from wherever', async () => {
  await withClient('redis://127.0.0.1', async (redis) => {
    await expect(redis.get('key')).rejects.toThrow();
  });
});

test('the account of the operator reads no value', async () => {
  const account = `redis://${redisOperator}:${passwords.operator}@127.0.0.1`;
  await withClient(account, async (redis) => {
    await expect(redis.get('key')).rejects.toThrow(/NOPERM/);
  });
});

test.each([
  ['another password', () => ({ password: 'other' })],
  ['a certificate of another authority', () => ({ from: strangers })],
])('with %s there is no console', async (_, changed) => {
  await expect(open(changed())).rejects.toThrow();
});

test('limits are set and read back, never to none', async () => {
  const console = await open();
  expect(await console.read()).toMatchObject({ maxMemory: boot, evictions: 0 });
  await console.setMaxMemory(12 * mebi);
  expect((await console.read()).maxMemory).toBe(12 * mebi);
  await expect(console.setMaxMemory(0)).rejects.toThrow(/at least 1/);
  await console.setMaxMemory(boot);
  console.close();
});

test('new files are taken without cutting anybody', async () => {
  const console = await open();
  await withClient(nearCacheUrl(passwords), async (redis) => {
    await redis.set('key', 'value');
    const fresh = makeCertificates();
    sidecar.write(redisFiles({ boot, policy, passwords, tls: fresh.pooler }));
    await console.renew();
    expect(await redis.get('key')).toBe('value');
    expect((await console.read()).maxMemory).toBe(boot);
    await expect(open()).rejects.toThrow();
    certificates = fresh;
    (await open()).close();
  });
  console.close();
});

test('a full Redis shrinks under load: values go, the process keeps its memory, the limit of its container holds', async () => {
  const console = await open();
  await console.setMaxMemory(maxMemory);
  await withClient(nearCacheUrl(passwords), async (redis) => {
    const fill = async (from: number, to: number) => {
      for (let index = from; index < to; index += 50) {
        const pipeline = redis.pipeline();
        for (let one = index; one < index + 50; one += 1) {
          pipeline.set(`value:${one}`, 'x'.repeat(1000 + ((one * 7919) % 40_000)));
        }
        await pipeline.exec();
      }
    };
    await fill(0, 6000);
    const full = await console.read();
    expect(full.evictions).toBeGreaterThan(0);
    expect(full.used).toBeGreaterThan(0.8 * maxMemory);

    await Promise.all([fill(6000, 8000), console.setMaxMemory(boot)]);
    await expect.poll(async () => (await console.read()).used).toBeLessThanOrEqual(boot);
    const shrunk = await console.read();
    // Not given back: so its container's limit must never follow its size.
    expect(shrunk.resident).toBeGreaterThan(shrunk.maxMemory);
    expect(shrunk.resident).toBeLessThan(memoryLimit);

    await console.setMaxMemory(maxMemory);
    await fill(0, 6000);
    expect((await console.read()).used).toBeGreaterThan(0.8 * maxMemory);
    expect((await console.read()).resident).toBeLessThan(memoryLimit);
  });
  const state = '{{.State.Running}} {{.State.OOMKilled}} {{.RestartCount}}';
  const inspected = await run('docker', ['inspect', '--format', state, sidecar.container]);
  expect(inspected.trim()).toBe('true false 0');
  console.close();
});
