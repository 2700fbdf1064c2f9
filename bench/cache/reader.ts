/**
 * A process of a pod that reads through the API's cache, as told on its standard input: one order a line, one answer a line.
 *
 *     node bench/cache/reader.ts '{"centralUrl": ..., "nearUrl": ..., "memoryCharacters": ..., "bytes": ...}'
 */
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { type CacheKind, createCache } from '../../app/cache/cache.ts';
import { createLog } from '../../app/log.ts';
import { createMetrics } from '../../app/metrics.ts';
import { connectRedis } from '../../app/redis.ts';
import { keys, type ReaderOptions, type ReadReport } from './orders.ts';

const kind: CacheKind = { name: 'bench', freshSeconds: 600, staleSeconds: 600, costly: true };
const readersAtOnce = 4;
/** What a query of the database takes. */
const loadMs = 2;

const options = JSON.parse(process.argv[2] ?? '') as ReaderOptions;
const log = createLog('silent');
const connect = (url: string) => connectRedis(url, { name: 'bench', commandTimeoutMs: 5000 }, log);
const redis = connect(options.centralUrl);
const subscriber = connect(options.centralUrl);
const near = options.nearUrl === undefined ? undefined : connect(options.nearUrl);
const { memoryCharacters } = options;
const cache = createCache({ redis, subscriber, near, metrics: createMetrics(), memoryCharacters });
await Promise.all([redis, subscriber, near].map((client) => client && once(client, 'ready')));
await sleep(100);

/** About as many characters of JSON as asked for, in records of some hundred. */
function loadedValue(key: number): object {
  const text = 'learning'.repeat(10);
  const records = Array.from({ length: Math.max(1, Math.round(options.bytes / 125)) });
  return { key, items: records.map((_, index) => ({ id: index, title: text, isFree: true })) };
}

/** Popular keys are read far more often than the rest: the n-th about 1/n as often as the first. */
function anyKey(): number {
  return Math.floor(keys ** Math.random()) - 1;
}

async function read(reads: number): Promise<ReadReport> {
  const durationsUs: number[] = [];
  let loads = 0;
  let left = reads;
  const readOn = async () => {
    while (left > 0) {
      left -= 1;
      const key = anyKey();
      const startMs = performance.now();
      await cache.read(kind, String(key), ['bench'], async () => {
        loads += 1;
        await sleep(loadMs);
        return loadedValue(key);
      });
      durationsUs.push((performance.now() - startMs) * 1000);
      // A request does more than read: others get their turn.
      if (left % 8 === 0) await new Promise(setImmediate);
    }
  };
  const before = process.cpuUsage();
  await Promise.all(Array.from({ length: readersAtOnce }, readOn));
  const { user, system } = process.cpuUsage(before);
  return { durationsUs, loads, cpuUs: user + system };
}

console.log('ready');
for await (const line of createInterface({ input: process.stdin })) {
  console.log(JSON.stringify(await read(Number(line))));
}
await cache.close();
