/** Which floor the files of a profile's poolers may say, by what is leased. */
import type { Ledger } from '../api/budget-status.ts';
import { type Budget, capacity, committed } from '../pooling/ledger.ts';

export interface FloorQuestion {
  readonly profile: string;
  /** By the profile. */
  readonly wanted: number;
  /** What the files say now; undefined: there are none. */
  readonly written: number | undefined;
  readonly budget: Budget;
  readonly ledger: Ledger;
}

/**
 * A lower floor is written at once. A higher one only after it is leased to every pod and all leases fit into the
 * budget, since any container may restart with it as soon as it is written.
 *
 * @returns undefined: none may be written yet, for the budget does not keep this profile's floors free
 */
export function floorToWrite(question: FloorQuestion): number | undefined {
  const { profile, wanted, written, budget, ledger } = question;
  if (written !== undefined && wanted <= written) return wanted;
  const share = ledger.profiles.find(({ name }) => name === profile);
  const pooled = ledger.leases.filter((lease) => lease.profile === profile && lease.floor > 0);
  const isLeased =
    share !== undefined && share.floor >= wanted && pooled.every(({ floor }) => floor >= wanted);
  if (written === undefined) return isLeased ? wanted : undefined;
  return isLeased && committed(ledger) <= capacity(budget) ? wanted : written;
}
