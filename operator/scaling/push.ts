/** A count that a rule beside the metrics calls for, past stabilization and policies but within the bounds. */
import type { Limit, LimitReason } from '../api/decision.ts';

export interface Push {
  readonly reason: Extract<LimitReason, 'BurstHold' | 'GuardHold' | 'GuardRaise'>;
  /** At least this many. */
  readonly least: number;
  readonly message: string;
  readonly until?: string;
}

/** Raise a count by each push in turn; those that change nothing leave no trace. */
export function pushUp(
  start: number,
  pushes: readonly Push[],
): { readonly replicas: number; readonly limits: readonly Limit[] } {
  let replicas = start;
  const limits: Limit[] = [];
  for (const { least, ...why } of pushes) {
    if (least <= replicas) continue;
    limits.push({ ...why, from: replicas, to: least });
    replicas = least;
  }
  return { replicas, limits };
}
