/** The profiles that have to do with one budget. */
import type { Ledger } from '../api/budget-status.ts';
import type { TargetRef } from '../kubernetes/discovery.ts';
import type { StoredProfile } from '../kubernetes/profiles.ts';
import { type Pooled, pooledOf, targetOf } from './pooled.ts';

/** A profile of the operator's roster, and whether an older one scales its target. */
export interface Listed {
  readonly stored: StoredProfile;
  readonly isShadowed: boolean;
}

export interface Member extends Pooled {
  readonly name: string;
  readonly target: TargetRef;
}

/** A profile that has left the budget; pods with its poolers may still be there. */
export type Former = Pick<Member, 'name' | 'target'>;

export interface Membership {
  readonly members: readonly Member[];
  readonly former: readonly Former[];
  /** Profiles of other budgets: their pods hold leases there. */
  readonly elsewhere: ReadonlySet<string>;
}

/**
 * Sort the profiles of the budget's namespace.
 *
 * @param budget its name
 * @param ledger of the budget: whoever has a lease there and does not refer to it any more is a former member
 */
export function membership(
  budget: string,
  profiles: readonly Listed[],
  ledger: Ledger,
): Membership {
  const leased = new Set(ledger.leases.map(({ profile }) => profile));
  const members: Member[] = [];
  const former: Former[] = [];
  const elsewhere = new Set<string>();
  for (const { stored, isShadowed } of profiles) {
    const { name } = stored.key;
    const target = targetOf(stored);
    if (!target || isShadowed) continue;
    const pooled = pooledOf(stored);
    if (pooled?.budget === budget) members.push({ ...pooled, name, target });
    else if (pooled) elsewhere.add(name);
    else if (leased.has(name)) former.push({ name, target });
  }
  return { members, former, elsewhere };
}
