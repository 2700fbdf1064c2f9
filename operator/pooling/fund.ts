/** Spend what is free: floors for pods to come first, then larger leases. The only place where the ledger grows by will. */
import type { Lease, Ledger, Share } from '../api/budget-status.ts';
import { fill } from './grants.ts';
import { type Budget, free, sorted } from './ledger.ts';
import type { Observation } from './observation.ts';
import type { Targets } from './targets.ts';

/**
 * The profiles as they are now. Replicas that the scale already asks for are admitted whether they are funded or not,
 * for their pods come anyway. Those that it does not ask for yet are taken back, to be funded anew.
 *
 * @param mayLower as for `settle`
 */
export function admit(ledger: Ledger, { profiles }: Observation, mayLower: boolean): Ledger {
  const known = new Map(ledger.profiles.map((share) => [share.name, share.replicas]));
  const shares = profiles.map(({ name, floor, surge, askedReplicas }): Share => {
    const granted = mayLower ? 0 : (known.get(name) ?? 0);
    return { name, floor, surge, replicas: Math.max(askedReplicas, granted) };
  });
  return sorted({ ...ledger, profiles: shares });
}

/** Raise replicas and leases towards their targets, as far as what is free goes. */
export function fund(budget: Budget, ledger: Ledger, { limits, replicas }: Targets): Ledger {
  let funded = ledger;
  for (const share of ledger.profiles) {
    const target = replicas.get(share.name) ?? 0;
    funded = withShare(funded, fundReplicas(budget, funded, share, target));
  }
  const growing = funded.leases.filter((lease) => isBelow(lease, limits));
  const left = Math.max(0, free(budget, funded));
  const heights = fill(
    growing.map(({ uid, connections }) => ({
      floor: connections,
      ceiling: limits.get(uid) ?? connections,
      weight: 1,
    })),
    left + growing.reduce((total, { connections }) => total + connections, 0),
  );
  const raised = new Map(growing.map(({ uid }, index) => [uid, heights[index] ?? 0]));
  const leases = funded.leases.map((lease) => ({
    ...lease,
    connections: raised.get(lease.uid) ?? lease.connections,
  }));
  return { ...funded, leases };
}

function isBelow({ uid, state, connections }: Lease, limits: Targets['limits']): boolean {
  return state === 'Serving' && connections < (limits.get(uid) ?? 0);
}

function fundReplicas(budget: Budget, ledger: Ledger, share: Share, target: number): Share {
  const affordable = share.replicas + Math.floor(free(budget, ledger) / share.floor);
  return { ...share, replicas: Math.max(share.replicas, Math.min(target, affordable)) };
}

function withShare(ledger: Ledger, share: Share): Ledger {
  const profiles = ledger.profiles.map((each) => (each.name === share.name ? share : each));
  return { ...ledger, profiles };
}
