/**
 * The connection budget on real PostgreSQL and PgBouncers in containers, the load in a process of its own: how long a
 * rebalance takes, what sharing by demand is worth, and what a pooler costs each query.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Bed, startBed } from '../e2e/pooling/bed.ts';
import { costsOfQuery } from './budget/cost.ts';
import { measureRebalances } from './budget/rebalance.ts';
import { measureSharing, ways } from './budget/sharing.ts';
import { publish } from './publish.ts';
import { quantile } from './quantile.ts';

const fleets = [
  { poolers: 3, rounds: 60, slowness: 0.5, mostMs: 100 },
  { poolers: 10, rounds: 40, slowness: 1, mostMs: undefined },
  { poolers: 50, rounds: 20, slowness: 4, mostMs: 1000 },
];

const lines: string[] = [];
const tell = (line: string) => {
  lines.push(line);
  console.log(line);
};
const row = (cells: readonly (string | number)[]) => tell(`| ${cells.join(' | ')} |`);
const head = (cells: readonly string[]) => {
  row(cells);
  row(cells.map(() => '---'));
};

async function withBed<T>(work: (bed: Bed) => Promise<T>): Promise<T> {
  const bed = await startBed();
  try {
    return await work(bed);
  } finally {
    await bed.close();
  }
}

head([
  ...['poolers', 'connections', 'transaction, mean', 'rebalances', 'connections moved, mean'],
  ...['p50, ms', 'p99, ms', 'over the budget', 'client errors'],
]);
for (const fleet of fleets) {
  const { poolers, rounds, slowness, mostMs } = fleet;
  const figures = await withBed((bed) => measureRebalances(bed, fleet));
  const median = quantile(figures.times, 0.5);
  const verdict = median <= (mostMs ?? 0) ? 'met' : 'MISSED';
  row([
    ...[poolers, figures.connections, `${(45 * slowness).toFixed(0)} ms`, rounds],
    figures.moved.toFixed(1),
    `${median.toFixed(0)}${mostMs === undefined ? '' : ` (<= ${mostMs}: ${verdict})`}`,
    quantile(figures.times, 0.99).toFixed(0),
    ...[figures.overshoot, figures.errors],
  ]);
}

tell('');
head(['24 connections, 6 pods', 'transactions/s', 'p50, ms', 'p99, ms', 'most sessions', 'errors']);
for (const way of ways) {
  const { report, seconds, sessions } = await withBed((bed) => measureSharing(bed, way));
  const { transactions, durationsMs, errors, refusals } = report;
  const rate = (transactions / seconds).toFixed(0);
  const times = [0.5, 0.99].map((part) => quantile(durationsMs, part).toFixed(0));
  row([way, rate, ...times, sessions, errors.length + refusals]);
}

const [direct = 0, pooled = 0] = await withBed(async (bed) => {
  const pod = await bed.startPooler(2);
  await sleep(2000);
  return costsOfQuery([bed.databaseUrl, bed.pooledUrl(pod)]);
});
tell('');
tell(
  `One client, \`select 1\`: ${direct.toFixed(0)} us straight to PostgreSQL, ${pooled.toFixed(0)} us through a pooler.`,
);
await publish('budget', lines.join('\n'));
