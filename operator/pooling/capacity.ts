/** How many pods a budget can carry, and why it carries no more. */
import type { Ledger } from '../api/budget-status.ts';
import { type Budget, capacity, kept, sum } from './ledger.ts';
import type { ProfileSeen } from './observation.ts';

export interface ReplicaLimit {
  readonly profile: string;
  /** The most that the scale may ask for now. */
  readonly replicas: number;
  readonly message: string;
}

/**
 * The most replicas that one profile could ever have with the whole budget to itself: each needs its floor, and the
 * surge's floors stay free. 0 when not even one fits.
 */
export function mostReplicas(
  budget: Budget,
  { floor, surge }: { readonly floor: number; readonly surge: number },
): number {
  return Math.max(0, Math.floor(capacity(budget) / floor) - surge);
}

/** The profiles that want more replicas than the ledger has floors for, with the reason. */
export function limitedProfiles(
  budget: Budget,
  ledger: Ledger,
  profiles: readonly ProfileSeen[],
): readonly ReplicaLimit[] {
  return profiles.flatMap((profile) => {
    const share = ledger.profiles.find(({ name }) => name === profile.name);
    if (!share || share.replicas >= profile.wantedReplicas) return [];
    const message =
      `${profile.name}: ${share.replicas} of ${profile.wantedReplicas} replicas, ` +
      `each needs ${profile.floor} of ${budget.serverConnections} connections, ` +
      `${budget.reserve} are in reserve and ${otherwise(ledger, profile.name)} go elsewhere`;
    return [{ profile: profile.name, replicas: share.replicas, message }];
  });
}

/** Connections that no shrinking frees for this profile's pods: other profiles' floors, ghosts, surges. */
function otherwise(ledger: Ledger, profile: string): number {
  const others = ledger.leases.filter((lease) => lease.profile !== profile);
  const fixed = others.map((lease) =>
    lease.state === 'Direct' || lease.state === 'Unreachable' ? lease.connections : lease.floor,
  );
  const ghosts = ledger.ghosts.map(({ connections }) => connections);
  const floors = ledger.profiles.map((share) =>
    share.name === profile ? share.floor * share.surge : kept(ledger, share),
  );
  return sum([...fixed, ...ghosts, ...floors]);
}
