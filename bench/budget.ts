/**
 * The connection budget on real PostgreSQL and PgBouncers in containers, the load in a process of its own: how long a
 * rebalance takes, what sharing by demand is worth, and what a pooler costs each query.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Bed, startBed } from '../e2e/pooling/bed.ts';
import { costsOfQuery } from './budget/cost.ts';
import { measureRebalances } from './budget/rebalance.ts';
import { type LoadKind, measureSharing, type Shared, together, ways } from './budget/sharing.ts';
import { publish } from './publish.ts';
import { quantile } from './quantile.ts';

const fleets = [
  { poolers: 3, rounds: 60, slowness: 0.5, mostMs: 100 },
  { poolers: 10, rounds: 40, slowness: 1, mostMs: undefined },
  { poolers: 50, rounds: 20, slowness: 4, mostMs: 1000 },
];

const turnsOfSharing = { open: 2, saturated: 1 };

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

/** All ways in turns, so that what else the machine does falls on all of them; each way's figures over all its turns. */
async function tellSharing(kind: LoadKind, title: string): Promise<void> {
  const turns = ways.map((): Shared[] => []);
  for (let turn = 0; turn < turnsOfSharing[kind]; turn++) {
    for (const [index, way] of ways.entries()) {
      turns[index]?.push(await withBed((bed) => measureSharing(bed, way, kind)));
    }
  }
  head([
    ...[title, 'transactions/s', 'p50, ms', 'p99, ms', 'wait p99, ms'],
    ...['sessions, mean', 'most', 'errors'],
  ]);
  const p99 = new Map<string, readonly number[]>();
  for (const [index, way] of ways.entries()) {
    const { rate, durations, waits, mean, most, errors } = together(turns[index] ?? []);
    const times = [quantile(durations, 0.5), quantile(durations, 0.99), quantile(waits, 0.99)];
    p99.set(way, times.slice(1));
    row([way, ...[rate, ...times, mean].map((each) => each.toFixed(0)), most, errors]);
  }
  if (kind === 'saturated') return;
  const [central = 1, centralWait = 1] = p99.get('one central pooler') ?? [];
  for (const way of ['budget', 'static division']) {
    tell('');
    const [all = 0, wait = 0] = p99.get(way) ?? [];
    const ratio = all / central;
    const verdict = way === 'budget' ? ` (<= 1.5: ${ratio <= 1.5 ? 'met' : 'MISSED'})` : '';
    tell(
      `p99 by ${way} over p99 by one central pooler: ${ratio.toFixed(2)}${verdict}; ` +
        `of the wait alone: ${(wait / centralWait).toFixed(1)}.`,
    );
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
await tellSharing('open', '60 connections, 70 % of them busy');
tell('');
await tellSharing('saturated', '60 connections, 90 clients without pause');

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
