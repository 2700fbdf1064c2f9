/** Pods as the load sees them: an address each. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Bed } from '../../e2e/pooling/bed.ts';
import type { BudgetedFleet } from './fleet.ts';

export interface Endpoint {
  readonly pod: string;
  readonly url: string;
}

/** Where the pods of a phase are reached, and what goes on meanwhile. */
export interface Setting {
  /** Bring up so many pods, and take the others away. */
  readonly scale: (pods: number) => Promise<readonly Endpoint[]>;
  readonly sync: () => Promise<unknown>;
  readonly close: () => void;
}

/** Pods that need nothing to come and go but their address. */
export function standing(urls: readonly string[]): Setting {
  const endpoints = urls.map((url, index) => ({ pod: `pod ${index}`, url }));
  return {
    scale: async (pods) => endpoints.slice(0, pods),
    sync: async () => undefined,
    close: () => undefined,
  };
}

/** Pods with a pooler each, as many as the ledger has floors for. */
export function growingFleet(bed: Bed, { fleet, operator, stored, judge }: BudgetedFleet): Setting {
  const { run, close } = operator.rebalancer;
  const scale = async (pods: number) => {
    for (const { profile } of fleet.workloads) {
      profile.wantedReplicas = pods / fleet.workloads.length;
    }
    do {
      await run();
      for (const workload of fleet.workloads) {
        const { name, wantedReplicas } = workload.profile;
        const share = stored.status.ledger?.profiles.find((each) => each.name === name);
        fleet.scale(workload, Math.min(wantedReplicas, share?.replicas ?? 0));
      }
      await sleep(50);
    } while (fleet.isBusy || fleet.pods.length !== pods);
    judge();
    return fleet.pods.flatMap(({ uid, pooler }) =>
      pooler ? [{ pod: uid, url: bed.pooledUrl(pooler) }] : [],
    );
  };
  return { scale, sync: run, close };
}
