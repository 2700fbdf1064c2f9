/** Why sidecars are not as a profile wants them, as its condition `SidecarsReady` says it. */
import { ApiError, isForGood } from '../kubernetes/client.ts';
import { messageOf } from '../message.ts';
import type { Finding } from '../scaling/conditions.ts';
import { sidecarRole } from './names.ts';

type Reason =
  | 'AuthorityUnusable'
  | 'BudgetUnusable'
  | 'CredentialsUnusable'
  | 'MemoryUnusable'
  | 'NameConflict'
  | 'TargetNotFound'
  | 'WaitingForBudget';

/** Somebody has to do something, or something else has to happen first. */
export class Unready extends Error {
  readonly reason: Reason;

  constructor(reason: Reason, message: string) {
    super(message);
    this.name = 'Unready';
    this.reason = reason;
  }
}

const type = 'SidecarsReady';

export function ready(message: string): Finding {
  return { type, status: 'True', reason: 'Injected', message };
}

export function observing(): Finding {
  const message = 'mode Observe: nothing is injected and nothing removed';
  return { type, status: 'False', reason: 'Observe', message };
}

/** @param namespace of the profile */
export function unready(error: unknown, namespace: string): Finding {
  const { reason, help = '' } = judge(error, namespace);
  const message = `${messageOf(error)}${help}`.slice(0, 2048);
  return { type, status: reason === 'Failed' ? 'Unknown' : 'False', reason, message };
}

function judge(error: unknown, namespace: string): { reason: string; help?: string } {
  if (error instanceof Unready) return { reason: error.reason };
  if (!(error instanceof ApiError)) return { reason: 'Failed' };
  if (error.code === 403) {
    const help = `; namespace ${namespace} must give the operator the Role ${sidecarRole}, see docs/connection-budget.md`;
    return { reason: 'Forbidden', help };
  }
  if (error.code === 409) return { reason: 'FieldConflict' };
  return { reason: isForGood(error) ? 'Refused' : 'Failed' };
}
