/** Sums over the ledger: what is committed, what is kept for surprises, what is free. */
import type { Ledger, Share } from '../api/budget-status.ts';

/** The part of a ConnectionBudget's spec that the ledger needs. */
export interface Budget {
  readonly serverConnections: number;
  /** Connections of others: migrations, monitoring. */
  readonly reserve: number;
}

export const emptyLedger: Ledger = { leases: [], ghosts: [], profiles: [] };

/** What pods may share: the budget without the reserve. */
export function capacity({ serverConnections, reserve }: Budget): number {
  return serverConnections - reserve;
}

/** Pods of a profile that count against its replicas; Kubernetes replaces a terminating pod at once. */
function standingPods({ leases }: Ledger, profile: string): number {
  return leases.filter((lease) => lease.profile === profile && lease.state !== 'Terminating')
    .length;
}

/** Every connection that leases and ghosts may hold. */
export function held({ leases, ghosts }: Ledger): number {
  return sum([...leases, ...ghosts].map(({ connections }) => connections));
}

/** Every connection that could be open without another word from us: what is held, and the floors of pods to come. */
export function committed(ledger: Ledger): number {
  const missing = ledger.profiles.map((share) => share.floor * missingPods(ledger, share));
  return held(ledger) + sum(missing);
}

/**
 * Floors kept for a profile's pods to come: those up to its replicas, and as a cushion those beyond: a rollout's surge,
 * the successor of a pod that terminates or of a container that was killed. A surge that is there has used the cushion,
 * which is filled again meanwhile: once the surge ends nothing falls due, and something else may happen during it.
 */
export function kept(ledger: Ledger, share: Share): number {
  return share.floor * (missingPods(ledger, share) + share.surge);
}

/** What may be leased without touching any of that; negative when more is committed than there is. */
export function free(budget: Budget, ledger: Ledger): number {
  const floors = ledger.profiles.map((share) => kept(ledger, share));
  return capacity(budget) - held(ledger) - sum(floors);
}

/** In the one order in which ledgers are written and compared. */
export function sorted({ leases, ghosts, profiles }: Ledger): Ledger {
  const byUid = (
    a: { uid: string; containerId: string },
    b: { uid: string; containerId: string },
  ) => compare(a.uid, b.uid) || compare(a.containerId, b.containerId);
  return {
    leases: leases.toSorted(byUid),
    ghosts: ghosts.toSorted(byUid),
    profiles: profiles.toSorted((a, b) => compare(a.name, b.name)),
  };
}

export function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

function missingPods(ledger: Ledger, { name, replicas }: Share): number {
  return Math.max(0, replicas - standingPods(ledger, name));
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
