/** The same load over pods of which two at a time are busy, with four ways to share a database's connections. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Bed } from '../../e2e/pooling/bed.ts';
import type { LoadReport } from '../../e2e/pooling/load.ts';
import { type Load, startLoad } from '../../e2e/pooling/load-process.ts';
import { startCounter } from '../../e2e/pooling/truth.ts';
import { startFleet } from './fleet.ts';

const pods = 6;
const connections = 24;
const busyClients = 12;
const idleClients = 1;
const phases = 6;
const phaseMs = 4000;
const syncMs = 250;

export const ways = ['no pooler', 'static division', 'budget', 'one central pooler'] as const;

export interface Shared {
  readonly report: LoadReport;
  readonly seconds: number;
  /** The most sessions at once. */
  readonly sessions: number;
}

/** One connection for each pod's URL, and what is to be done while the load runs. */
interface Setting {
  readonly urls: readonly string[];
  readonly sync: () => Promise<unknown>;
  readonly close: () => void;
}

/** Run the load for `phases`, in each of which two other pods have many clients and the rest have one. */
export async function measureSharing(bed: Bed, way: (typeof ways)[number]): Promise<Shared> {
  await bed.database.setRoleLimit(connections);
  const load = startLoad({ longShare: 0, slowness: 1 });
  const { urls, sync, close } = await settingOf(bed, load, way);
  const counter = startCounter(bed.superuserUrl);
  for (let phase = 0; phase < phases; phase++) {
    for (const [index, url] of urls.entries()) {
      const isBusy = Math.floor(index / 2) === phase % (pods / 2);
      load.setClients(`pod ${index}`, url, isBusy ? busyClients : idleClients);
    }
    const endMs = performance.now() + phaseMs;
    while (performance.now() < endMs) {
      await sync();
      await sleep(syncMs);
    }
  }
  const report = await load.report();
  await counter.stop();
  load.stop();
  close();
  return { report, seconds: (phases * phaseMs) / 1000, sessions: counter.most() };
}

async function settingOf(bed: Bed, load: Load, way: (typeof ways)[number]): Promise<Setting> {
  const still = { sync: async () => undefined, close: () => undefined };
  if (way === 'no pooler') return { ...still, urls: Array(pods).fill(bed.databaseUrl) };
  if (way === 'budget') {
    const { fleet, operator } = await startFleet(bed, load, pods, connections);
    const urls = fleet.pods.flatMap(({ pooler }) => (pooler ? [bed.pooledUrl(pooler)] : []));
    return { urls, sync: operator.rebalancer.run, close: operator.rebalancer.close };
  }
  const count = way === 'static division' ? pods : 1;
  const poolers = [];
  for (let index = 0; index < count; index++) {
    poolers.push(await bed.startPooler(connections / count));
  }
  await sleep(2000);
  const urls = poolers.map((pooler) => bed.pooledUrl(pooler));
  return { ...still, urls: Array.from({ length: pods }, (_, index) => urls[index % count] ?? '') };
}
