/**
 * How long a rebalance takes: poolers of two profiles, every one with more clients than connections, and the weights of the
 * profiles turned around. And what a pooler costs each query.
 *
 * Real PostgreSQL and PgBouncers in containers; the load runs in a process of its own.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { type Bed, startBed } from '../e2e/pooling/bed.ts';
import { Fleet, type Workload } from '../e2e/pooling/fleet.ts';
import { startLoad } from '../e2e/pooling/load-process.ts';
import { type Stored, startOperator } from '../e2e/pooling/mortal.ts';
import { startCounter } from '../e2e/pooling/truth.ts';
import { publish } from './publish.ts';
import { quantile } from './quantile.ts';

const fleets = [
  { poolers: 3, rounds: 60, slowness: 0.5, mostMs: 100 },
  { poolers: 10, rounds: 40, slowness: 1, mostMs: undefined },
  { poolers: 50, rounds: 20, slowness: 4, mostMs: 1000 },
];
const floor = 2;
const clientsPerPooler = 12;
/** Connections to share, for each pooler. */
const share = 4;
const costRounds = 9;
const queriesPerRound = 1000;

interface Figures {
  readonly connections: number;
  readonly moved: number;
  readonly times: readonly number[];
  readonly overshoot: number;
  readonly errors: number;
}

async function measure(
  bed: Bed,
  count: number,
  rounds: number,
  slowness: number,
): Promise<Figures> {
  const surge = 1;
  const serverConnections = count * share + 2 * floor * surge;
  const stored: Stored = { budget: { serverConnections, reserve: 0 }, version: 1, status: {} };
  const load = startLoad({ longShare: 0, slowness });
  const workloads = ['a', 'b'].map((name): Workload => {
    const replicas = { askedReplicas: 0, wantedReplicas: 0 };
    return { profile: { name, floor, surge, weight: 1, ...replicas }, disturbed: 0 };
  });
  const fleet = new Fleet(bed, load, workloads);
  const broken: string[] = [];
  const operator = startOperator({
    stored,
    look: async () => ({
      profiles: workloads.map(({ profile }) => ({ ...profile })),
      pods: fleet.look(),
    }),
    poolers: bed.poolers,
    database: bed.database,
    blame: (violation) => broken.push(violation),
  });
  await bed.database.setRoleLimit(serverConnections);
  for (let pods = 1; pods <= count; pods++) {
    const workload = workloads[pods % 2];
    if (!workload) continue;
    workload.profile.wantedReplicas += 1;
    await operator.rebalancer.run();
    fleet.scale(workload, workload.profile.wantedReplicas);
    await fleet.settled();
  }
  for (const pod of fleet.pods) fleet.setClients(pod, clientsPerPooler);
  await sleep(3000);
  await operator.rebalancer.run();
  const counter = startCounter(bed.superuserUrl);
  const limits = () =>
    new Map(stored.status.ledger?.leases.map((each) => [each.uid, each.connections]));
  const times: number[] = [];
  let moved = 0;
  for (let round = 0; round < rounds; round++) {
    for (const [index, { profile }] of workloads.entries()) {
      profile.weight = index === round % 2 ? 3 : 1;
    }
    await sleep(300);
    const before = limits();
    const startMs = performance.now();
    await operator.rebalancer.run();
    times.push(performance.now() - startMs);
    for (const [uid, limit] of limits()) moved += Math.max(0, limit - (before.get(uid) ?? 0));
  }
  const report = await load.report();
  await counter.stop();
  load.stop();
  operator.rebalancer.close();
  for (const pod of fleet.pods) await pod.pooler?.remove();
  const overshoot = Math.max(0, counter.most() - serverConnections) + (await bed.countRefusals());
  if (broken.length > 0) throw new Error(broken.join('; '));
  return {
    connections: serverConnections,
    moved: moved / rounds,
    times,
    overshoot,
    errors: report.errors.length + report.refusals,
  };
}

/** Microseconds of one `select` after another by each way, taken in turns: the medians of the rounds. */
async function costsOfQuery(urls: readonly string[]): Promise<readonly number[]> {
  const clients = urls.map((connectionString) => new pg.Client({ connectionString }));
  await Promise.all(clients.map((client) => client.connect()));
  const rounds = clients.map((): number[] => []);
  for (let round = 0; round < costRounds; round++) {
    for (const [index, client] of clients.entries()) {
      const startMs = performance.now();
      for (let query = 0; query < queriesPerRound; query++) await client.query('select 1');
      rounds[index]?.push((performance.now() - startMs) / queriesPerRound);
    }
  }
  await Promise.all(clients.map((client) => client.end()));
  return rounds.map((each) => 1000 * quantile(each, 0.5));
}

async function withBed<T>(work: (bed: Bed) => Promise<T>): Promise<T> {
  const bed = await startBed();
  try {
    return await work(bed);
  } finally {
    await bed.close();
  }
}

const rows: string[] = [];
for (const { poolers, rounds, slowness, mostMs } of fleets) {
  const figures = await withBed((bed) => measure(bed, poolers, rounds, slowness));
  const { connections, moved, times, overshoot, errors } = figures;
  const median = quantile(times, 0.5);
  const verdict =
    mostMs === undefined ? '' : ` (<= ${mostMs}: ${median <= mostMs ? 'met' : 'MISSED'})`;
  const cells = [
    poolers,
    connections,
    `${(45 * slowness).toFixed(0)} ms`,
    rounds,
    moved.toFixed(1),
    `${median.toFixed(0)}${verdict}`,
    quantile(times, 0.99).toFixed(0),
    overshoot,
    errors,
  ];
  rows.push(`| ${cells.join(' | ')} |`);
  console.log(rows.at(-1));
}
const [direct = 0, pooled = 0] = await withBed(async (bed) => {
  const pod = await bed.startPooler(floor);
  await sleep(2000);
  return costsOfQuery([bed.databaseUrl, bed.pooledUrl(pod)]);
});
const cost = `One client, \`select 1\`: ${direct.toFixed(0)} us straight to PostgreSQL, ${pooled.toFixed(0)} us through a pooler.`;
console.log(cost);
const head = [
  '| poolers | connections | transaction, mean | rebalances | connections moved, mean | p50, ms | p99, ms | over the budget | client errors |',
  `|${' --- |'.repeat(9)}`,
];
await publish('budget', [...head, ...rows, '', cost].join('\n'));
