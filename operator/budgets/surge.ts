/** Pods that a rollout may add to a profile's replicas, as numbers that the ledger can keep floors for. */
import { type Budget, capacity } from '../pooling/ledger.ts';

/** As the workload has it: pods, or a share of the replicas such as `25%`. */
export type MaxSurge = number | string;

export interface Rollout {
  /** Connections that each pod needs at least. */
  readonly floor: number;
  readonly maxSurge: MaxSurge;
}

/** As Kubernetes resolves it, rounded up; at least 1, for a pod may die and be replaced at any time. */
export function surgeAt(maxSurge: MaxSurge, replicas: number): number {
  const percent = percentOf(maxSurge);
  const pods = percent === undefined ? Number(maxSurge) : Math.ceil((replicas * percent) / 100);
  return Math.max(1, Number.isFinite(pods) ? pods : 1);
}

/** The most replicas whose floors fit into the whole budget together with those of their surge; 0 when not one does. */
export function mostReplicas(budget: Budget, { floor, maxSurge }: Rollout): number {
  const pods = Math.floor(capacity(budget) / floor);
  const percent = percentOf(maxSurge);
  const replicas =
    percent === undefined
      ? pods - surgeAt(maxSurge, 0)
      : Math.min(pods - 1, Math.floor((pods * 100) / (100 + percent)));
  return Math.max(0, replicas);
}

function percentOf(maxSurge: MaxSurge): number | undefined {
  const [, percent] = /^(\d+)%$/.exec(String(maxSurge)) ?? [];
  return percent === undefined ? undefined : Number(percent);
}
