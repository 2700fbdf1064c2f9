/** Why a profile gets no more pods. */
import type { Ledger } from '../api/budget-status.ts';
import { type Budget, kept, sum } from './ledger.ts';
import type { ProfileSeen } from './observation.ts';

export interface ReplicaLimit {
  readonly profile: string;
  /** The most that the scale may ask for now. */
  readonly replicas: number;
  readonly message: string;
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
