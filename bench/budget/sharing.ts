/** The same load on pods that come and go, with four ways to share a database's connections. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Bed } from '../../e2e/pooling/bed.ts';
import type { LoadReport } from '../../e2e/pooling/load.ts';
import { type Load, startLoad } from '../../e2e/pooling/load-process.ts';
import { startCounter } from '../../e2e/pooling/truth.ts';
import { type Endpoint, growingFleet, type Setting, standing } from './endpoints.ts';
import { startFleet } from './fleet.ts';

const connections = 60;
/** How many times 45 ms a transaction takes on average. */
const slowness = 3;
const mostPods = 6;
const phaseMs = 6000;
/** Between two rebalances. */
const pauseMs = 100;

/** In each phase the part of the whole load that each pod gets; a pod without one is not there. */
const phases: readonly (readonly number[])[] = [
  [0.5, 0.5],
  [0.3, 0.3, 0.1, 0.1, 0.1, 0.1],
  [0.1, 0.1, 0.3, 0.3, 0.1, 0.1],
  [0.5, 0.5],
];

/**
 * `open`: transactions arrive at random, so many that they keep 70 % of the connections busy.
 * `saturated`: half as many clients again as there are connections, each with one transaction after another.
 */
export type LoadKind = 'open' | 'saturated';

export const ways = ['no pooler', 'static division', 'budget', 'one central pooler'] as const;
export type Way = (typeof ways)[number];

export interface Shared {
  readonly report: LoadReport;
  readonly seconds: number;
  /** Sessions in PostgreSQL: the most at once, and on average. */
  readonly most: number;
  readonly mean: number;
}

/** What several turns of one way come to. */
export function together(turns: readonly Shared[]) {
  const transactions = sum(turns.map(({ report }) => report.transactions));
  return {
    /** Transactions a second. */
    rate: transactions / sum(turns.map(({ seconds }) => seconds)),
    durations: turns.flatMap(({ report }) => report.durationsMs),
    waits: turns.flatMap(({ report }) => report.waitsMs),
    mean: sum(turns.map(({ mean }) => mean)) / turns.length,
    most: Math.max(...turns.map(({ most }) => most)),
    errors: sum(turns.map(({ report }) => report.errors.length + report.refusals)),
  };
}

/** Run one load through all phases. */
export async function measureSharing(bed: Bed, way: Way, kind: LoadKind): Promise<Shared> {
  await bed.database.setRoleLimit(connections);
  const load = startLoad({ longShare: 0, slowness });
  const setting = await settingOf(bed, load, way);
  const counter = startCounter(bed.superuserUrl);
  const startMs = performance.now();
  let present: readonly Endpoint[] = [];
  for (const parts of phases) {
    const next = await setting.scale(parts.length);
    const gone = present.filter((one) => !next.some(({ pod }) => pod === one.pod));
    for (const { pod } of gone) load.drain(pod).catch(() => {}); // not over when the load stops
    for (const [index, { pod, url }] of next.entries())
      give(load, pod, url, kind, parts[index] ?? 0);
    present = next;
    const endMs = performance.now() + phaseMs;
    while (performance.now() < endMs) {
      await setting.sync();
      await sleep(pauseMs);
    }
  }
  const seconds = (performance.now() - startMs) / 1000;
  const report = await load.report();
  await counter.stop();
  load.stop();
  setting.close();
  return { report, seconds, most: counter.most(), mean: counter.mean() };
}

function give(load: Load, pod: string, url: string, kind: LoadKind, part: number): void {
  const perSecond = (0.7 * connections) / (0.045 * slowness);
  if (kind === 'open') load.setRate(pod, url, part * perSecond);
  else load.setClients(pod, url, Math.round(part * 1.5 * connections));
}

async function settingOf(bed: Bed, load: Load, way: Way): Promise<Setting> {
  if (way === 'no pooler') return standing(Array(mostPods).fill(bed.databaseUrl));
  if (way === 'budget') {
    const budgeted = await startFleet(bed, load, phases[0]?.length ?? 0, connections);
    return growingFleet(bed, budgeted);
  }
  const count = way === 'static division' ? mostPods : 1;
  const poolers = [];
  for (let index = 0; index < count; index++) {
    poolers.push(await bed.startPooler(connections / count));
  }
  await sleep(2000);
  const urls = poolers.map((pooler) => bed.pooledUrl(pooler));
  return standing(Array.from({ length: mostPods }, (_, index) => urls[index % count] ?? ''));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
