/** How long a rebalance takes while every pooler has more clients than connections. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Bed } from '../../e2e/pooling/bed.ts';
import { startLoad } from '../../e2e/pooling/load-process.ts';
import { startCounter } from '../../e2e/pooling/truth.ts';
import { cushion, startFleet } from './fleet.ts';

const clientsPerPooler = 12;
/** Connections to share, for each pooler. */
const share = 4;

export interface Case {
  readonly poolers: number;
  readonly rounds: number;
  /** How many times 45 ms a transaction takes on average. */
  readonly slowness: number;
}

interface Figures {
  readonly connections: number;
  /** From pooler to pooler in one rebalance, on average. */
  readonly moved: number;
  /** Milliseconds of each rebalance. */
  readonly times: readonly number[];
  /** Connections above the budget, and those that PostgreSQL refused. */
  readonly overshoot: number;
  readonly errors: number;
}

/** Turn the weights of the two profiles around, again and again, and time each rebalance that carries it out. */
export async function measureRebalances(
  bed: Bed,
  { poolers, rounds, slowness }: Case,
): Promise<Figures> {
  const connections = poolers * share + cushion;
  await bed.database.setRoleLimit(connections);
  const load = startLoad({ longShare: 0, slowness });
  const { fleet, operator, stored, judge } = await startFleet(bed, load, poolers, connections);
  for (const pod of fleet.pods) fleet.setClients(pod, clientsPerPooler);
  await sleep(3000);
  await operator.rebalancer.run();
  const counter = startCounter(bed.superuserUrl);
  const limits = () =>
    new Map(stored.status.ledger?.leases.map((each) => [each.uid, each.connections]));
  const times: number[] = [];
  let moved = 0;
  for (let round = 0; round < rounds; round++) {
    for (const [index, { profile }] of fleet.workloads.entries()) {
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
  const overshoot = Math.max(0, counter.most() - connections) + (await bed.countRefusals());
  judge();
  return {
    connections,
    moved: moved / rounds,
    times,
    overshoot,
    errors: report.errors.length + report.refusals,
  };
}
