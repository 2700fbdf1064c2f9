/** Where a rebalance leads: the limit of each pooler and the replicas whose floors are kept free. */
import type { Lease, Ledger } from '../api/budget-status.ts';
import { type Claim, grants } from './grants.ts';
import { type Budget, capacity, kept, sum } from './ledger.ts';
import { demandOf, type Observation, type ProfileSeen } from './observation.ts';

export interface Targets {
  /** By pod uid, for poolers that answered. */
  readonly limits: ReadonlyMap<string, number>;
  /** By profile. */
  readonly replicas: ReadonlyMap<string, number>;
}

/**
 * Floors of pods to come go before grants above the floor: a pod that is there can wait for a connection, one that
 * cannot start serves nobody. More pods than floors can be freed for are not planned for.
 *
 * @param ledger after `settle` and `admit`
 */
export function chooseTargets(budget: Budget, ledger: Ledger, seen: Observation): Targets {
  const stiff = ledger.leases.filter(({ uid }) => !seen.readings.has(uid));
  const supple = ledger.leases.filter(({ uid }) => seen.readings.has(uid));
  const leaving = supple.filter(({ state }) => state === 'Terminating');
  const serving = supple.filter(({ state }) => state === 'Serving');
  const last = new Map(leaving.map((lease) => [lease.uid, lastLimit(lease, seen)]));
  const held = [...stiff, ...ledger.ghosts].map(({ connections }) => connections);
  const shared = capacity(budget) - sum(held) - sum([...last.values()]);
  const floors = sum(serving.map(({ floor }) => floor));
  const { replicas, spent } = planReplicas(ledger, seen.profiles, shared - floors);
  const claims = serving.map((lease) => claimOf(lease, seen));
  return { limits: new Map([...last, ...grants(claims, shared - spent)]), replicas };
}

/** A pod that leaves needs what runs in it, and starts nothing new. */
function lastLimit({ uid, floor }: Lease, { readings }: Observation): number {
  const reading = readings.get(uid);
  return reading ? Math.max(floor, Math.min(reading.limit, demandOf(reading))) : floor;
}

function claimOf({ uid, floor, profile }: Lease, { readings, profiles }: Observation): Claim {
  const reading = readings.get(uid);
  const weight = profiles.find(({ name }) => name === profile)?.weight ?? 1;
  const demand = reading ? demandOf(reading) : 0;
  return { id: uid, floor, weight, demand, current: reading?.limit ?? floor };
}

/** Hand out floors one by one, each to the profile that has planned the fewest connections for its weight. */
function planReplicas(ledger: Ledger, profiles: readonly ProfileSeen[], room: number) {
  const keptWith = ({ name, floor, surge }: ProfileSeen, replicas: number) =>
    kept(ledger, { name, floor, surge, replicas });
  const replicas = new Map(profiles.map(({ name, askedReplicas }) => [name, askedReplicas]));
  let spent = sum(profiles.map((profile) => keptWith(profile, profile.askedReplicas)));
  for (;;) {
    const candidates = profiles.flatMap((profile) => {
      const planned = replicas.get(profile.name) ?? 0;
      const cost = keptWith(profile, planned + 1) - keptWith(profile, planned);
      const isWanted = planned < profile.wantedReplicas && spent + cost <= room;
      const share = (planned * profile.floor) / profile.weight;
      return isWanted ? [{ name: profile.name, planned, cost, share }] : [];
    });
    const [next] = candidates.toSorted((a, b) => a.share - b.share);
    if (!next) return { replicas, spent };
    replicas.set(next.name, next.planned + 1);
    spent += next.cost;
  }
}
