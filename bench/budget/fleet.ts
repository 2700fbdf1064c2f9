/** Pods of two profiles with a budget of their own, brought up one after the other as the ledger allows. */
import type { Bed } from '../../e2e/pooling/bed.ts';
import { Fleet, type Workload } from '../../e2e/pooling/fleet.ts';
import type { Load } from '../../e2e/pooling/load-process.ts';
import { type MortalOperator, type Stored, startOperator } from '../../e2e/pooling/mortal.ts';

const floor = 2;
const surge = 1;
/** Connections that nobody gets: the cushions of both profiles. */
export const cushion = 2 * floor * surge;

export interface BudgetedFleet {
  readonly fleet: Fleet;
  readonly operator: MortalOperator;
  readonly stored: Stored;
  /** @throws Error with what was broken, if anything was */
  readonly judge: () => void;
}

/** @param serverConnections of the budget, the cushion included */
export async function startFleet(
  bed: Bed,
  load: Load,
  pods: number,
  serverConnections: number,
): Promise<BudgetedFleet> {
  const stored: Stored = { budget: { serverConnections, reserve: 0 }, version: 1, status: {} };
  const workloads = ['a', 'b'].map((name): Workload => {
    const replicas = { askedReplicas: 0, wantedReplicas: 0 };
    return { profile: { name, floor, surge, weight: 1, ...replicas }, clients: 0, disturbed: 0 };
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
  for (let pod = 0; pod < pods; pod++) {
    const workload = workloads[pod % 2];
    if (!workload) continue;
    workload.profile.wantedReplicas += 1;
    await operator.rebalancer.run();
    fleet.scale(workload, workload.profile.wantedReplicas);
    await fleet.settled();
  }
  return {
    fleet,
    operator,
    stored,
    judge: () => {
      if (broken.length > 0) throw new Error(broken.join('; '));
    },
  };
}
