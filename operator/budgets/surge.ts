/** Pods that rollouts may add, as numbers: they depend on the replicas, and the replicas on what the surges leave. */
import { type Budget, capacity, sum } from '../pooling/ledger.ts';
import type { ProfileSeen } from '../pooling/observation.ts';

/** As the workload has it: pods, or a share of the replicas such as `25%`. */
export type MaxSurge = number | string;

/** A profile before its surge is a number. */
export type Rollout = Omit<ProfileSeen, 'surge'> & { readonly maxSurge: MaxSurge };

/** As Kubernetes resolves it, rounded up; at least 1, for a pod may die and be replaced at any time. */
export function surgeAt(maxSurge: MaxSurge, replicas: number): number {
  const [, percent] = /^(\d+)%$/.exec(String(maxSurge)) ?? [];
  const pods =
    percent === undefined ? Number(maxSurge) : Math.ceil((replicas * Number(percent)) / 100);
  return Math.max(1, Number.isFinite(pods) ? pods : 1);
}

/**
 * Each profile with its surge, at the replicas that it can have: those that it has, and those that it wants as far as
 * floors and surges of all together fit. A surge of replicas that cannot be granted would only cost those that can.
 */
export function withSurges(budget: Budget, rollouts: readonly Rollout[]): readonly ProfileSeen[] {
  const planned = new Map(rollouts.map(({ name, askedReplicas }) => [name, askedReplicas]));
  const most = capacity(budget);
  let spent = sum(rollouts.map((rollout) => cost(rollout, rollout.askedReplicas)));
  for (;;) {
    const candidates = rollouts.flatMap((rollout) => {
      const { name, wantedReplicas, floor, weight } = rollout;
      const replicas = planned.get(name) ?? 0;
      const price = cost(rollout, replicas + 1) - cost(rollout, replicas);
      const isPossible = replicas < wantedReplicas && spent + price <= most;
      return isPossible ? [{ name, replicas, price, share: (replicas * floor) / weight }] : [];
    });
    const [next] = candidates.toSorted((one, other) => one.share - other.share);
    if (!next) break;
    planned.set(next.name, next.replicas + 1);
    spent += next.price;
  }
  return rollouts.map(({ maxSurge, ...profile }) => {
    const replicas = planned.get(profile.name) ?? profile.askedReplicas;
    return { ...profile, surge: surgeAt(maxSurge, replicas) };
  });
}

function cost({ floor, maxSurge }: Rollout, replicas: number): number {
  return floor * (replicas + surgeAt(maxSurge, replicas));
}
