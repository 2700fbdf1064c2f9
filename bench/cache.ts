/**
 * When which layer of the API's cache pays: reads of popular and unpopular values by the processes of one pod, warm, and by those
 * of a pod that has just begun, with no memory, with memory over the central Redis, and with a Redis beside them.
 */
import { Redis } from 'ioredis';
import { ensureBases } from '../e2e/cluster/bases.ts';
import { ensureDocker } from '../e2e/cluster/docker.ts';
import { buildDataImage } from '../e2e/cluster/images.ts';
import { withLock } from '../e2e/cluster/lock.ts';
import {
  portOf,
  removeContainers,
  removeOrphans,
  startContainer,
  untilReady,
} from '../e2e/containers.ts';
import type { ReaderOptions } from './cache/orders.ts';
import { measure, startPod } from './cache/pod.ts';
import { publish } from './publish.ts';

const mebi = 1024 * 1024;
const sizes = [1000, 10_000, 100_000];
const processCounts = [1, 3];
const layers = ['central Redis alone', 'memory over central', 'memory over sidecar'] as const;
/** As a profile may give one. */
const sidecarMemory = 64 * mebi;
const centralMemory = 512 * mebi;
/** Of each process: as many as fill what can be filled. */
const warmUp = 2000;
const reads = 2000;
const firstReads = 500;

type Layers = (typeof layers)[number];

async function startRedis(image: string, maxMemory: number): Promise<Redis> {
  const options = ['--tmpfs', '/data:mode=1777', '--publish', '127.0.0.1:0:6379'];
  const limits = ['--maxmemory', String(maxMemory), '--maxmemory-policy', 'allkeys-lfu'];
  const args = ['--protected-mode', 'no', '--save', '', ...limits];
  const container = await startContainer(image, options, args);
  await untilReady(container, ['redis-cli', 'ping']);
  return new Redis(await portOf(container, 6379));
}

function urlOf({ options }: Redis): string {
  return `redis://127.0.0.1:${options.port}`;
}

interface Case {
  readonly bytes: number;
  readonly processes: number;
  readonly way: Layers;
}

async function run({ bytes, processes, way }: Case, redises: readonly Redis[]) {
  await Promise.all(redises.map((redis) => redis.flushall()));
  const [central, ...sidecars] = redises as [Redis, ...Redis[]];
  const optionsBeside = (sidecar: Redis | undefined): ReaderOptions => ({
    bytes,
    centralUrl: urlOf(central),
    ...(way === 'memory over sidecar' && sidecar && { nearUrl: urlOf(sidecar) }),
    ...(way === 'central Redis alone' && { memoryCharacters: 1 }),
  });
  const old = await startPod(processes, optionsBeside(sidecars[0]));
  await old.read(warmUp);
  const warm = await measure(old, central, reads);
  const young = await startPod(processes, optionsBeside(sidecars[1]));
  const first = await measure(young, central, firstReads);
  await Promise.all([old.close(), young.close()]);
  return { warm, first };
}

const lines: string[] = [];
const row = (cells: readonly (string | number)[]) => {
  lines.push(`| ${cells.join(' | ')} |`);
  console.log(lines.at(-1));
};

const percent = (share: number) => `${share.toFixed(0)} %`;
const kilobytes = (bytes: number) => `${(bytes / 1000).toFixed(bytes < 9500 ? 1 : 0)} kB`;

const head = [
  ...['value', 'processes', 'layers', 'CPU a read, us', 'p50, us', 'p99, us', 'within the pod'],
  ...['from central, bytes a read', 'new pod: within it', 'from central', 'from the database'],
];
row(head);
row(head.map(() => '---'));
const image = await withLock(async () => {
  await ensureDocker();
  await ensureBases();
  return buildDataImage('redis');
});
await removeOrphans();
const memories = [centralMemory, sidecarMemory, sidecarMemory];
try {
  const redises = await Promise.all(memories.map((memory) => startRedis(image, memory)));
  for (const bytes of sizes) {
    for (const processes of processCounts) {
      for (const way of layers) {
        const { warm, first } = await run({ bytes, processes, way }, redises);
        const times = [warm.cpuUs, warm.p50Us, warm.p99Us].map((us) => us.toFixed(0));
        const traffic = [percent(warm.withinPod), kilobytes(warm.centralBytes)];
        const young = [first.withinPod, first.fromCentral, first.loaded].map(percent);
        row([kilobytes(bytes), processes, way, ...times, ...traffic, ...young]);
      }
    }
  }
  for (const redis of redises) redis.disconnect();
} finally {
  await removeContainers(`runner=${process.pid}`);
}
await publish('cache', lines.join('\n'));
