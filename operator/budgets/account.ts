/** A profile's account with its budget: what a pass asks of it. */
import type { Decision } from '../api/decision.ts';
import type { StoredProfile } from '../kubernetes/profiles.ts';
import { held } from './keeper.ts';
import type { Write } from './raises.ts';
import type { Register } from './register.ts';

export interface Account {
  /** Name of the budget. */
  readonly budget: string;
  /** Why nothing can be raised, for people. */
  readonly problem: () => string | undefined;
  /** Whether clients wait for connections and the budget is spent: more pods would make it worse. */
  readonly isSaturated: () => boolean;
  /**
   * Have `write` carry a decision out as far as the budget goes. A raise waits for a rebalance and is written before the
   * next one; anything else is written at once.
   */
  readonly scale: <T>(decision: Decision, write: Write<T>) => Promise<T>;
}

export interface Open {
  readonly register: Register;
  /** Resolves when it is known which budgets there are, or that it cannot be known. */
  readonly ready: Promise<void>;
}

/** @param open the budgets as they are known now; undefined while this operator does not lead */
export function accountOf(
  { key: { namespace, name: profile } }: StoredProfile,
  budget: string,
  open: () => Open | undefined,
): Account {
  const key = { namespace, name: budget };
  const problem = () => open()?.register.problemOf(key);
  return {
    budget,
    problem,
    isSaturated: () => open()?.register.keeperOf(key)?.isSaturated() ?? false,
    scale: async ({ mode, currentReplicas, desiredReplicas }, write) => {
      const isRaise = desiredReplicas > currentReplicas && mode !== 'Observe';
      if (isRaise) await open()?.ready;
      const keeper = open()?.register.keeperOf(key);
      if (isRaise && keeper) return keeper.raise(profile, desiredReplicas, write);
      if (isRaise) return write(held(problem() ?? 'the budgets are not known: nothing is raised'));
      keeper?.want(profile, mode === 'Observe' ? undefined : desiredReplicas);
      const grant = keeper?.grantOf(profile);
      return write({ granted: undefined, carried: grant?.carried });
    },
  };
}
