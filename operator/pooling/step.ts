/** One step of the protocol: ledger and observation in; the next ledger, to be stored first, and the commands out. */
import type { Ledger } from '../api/budget-status.ts';
import { type Command, commandsFor } from './commands.ts';
import { admit, fund } from './fund.ts';
import type { Budget } from './ledger.ts';
import type { Observation } from './observation.ts';
import { settle } from './settle.ts';
import { chooseTargets, type Targets } from './targets.ts';

export interface StepInput {
  readonly budget: Budget;
  /** As it is stored. */
  readonly ledger: Ledger;
  readonly seen: Observation;
  /** Of the rebalance under way; undefined chooses them anew. */
  readonly targets: Targets | undefined;
  /** The first step of a leader: nothing falls and nothing grows before the ledger holds what was stored and seen. */
  readonly isRecovery: boolean;
}

export interface Step {
  /** To be stored before any command, unless it equals the one before. */
  readonly ledger: Ledger;
  readonly commands: readonly Command[];
  readonly targets: Targets;
}

/**
 * Shrink, confirm, grow, all at once where each may: limits go down at once, leases follow what was read, and what
 * that sets free is leased again in the same write. Pure: the same input gives the same step.
 */
export function step({ budget, ledger, seen, targets, isRecovery }: StepInput): Step {
  const settled = admit(settle(ledger, seen, !isRecovery), seen, !isRecovery);
  const chosen = targets ?? chooseTargets(budget, settled, seen);
  const next = isRecovery ? settled : fund(budget, settled, chosen);
  return { ledger: next, commands: commandsFor(next, seen.readings, chosen), targets: chosen };
}
