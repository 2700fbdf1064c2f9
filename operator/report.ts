/** Which statuses are worth a write: what changed in kind at once, memory soon, mere values now and then, time never. */
import type { ProfileStatus } from './api/status.ts';
import { readMemory, sameMemory } from './scaling/memory.ts';

export interface Written {
  readonly status: ProfileStatus;
  /** By the wall clock. */
  readonly atMs: number;
}

const memorySeconds = 10;
const valuesSeconds = 60;

/**
 * Whether to write `next` over what was last written.
 *
 * | changed since the last write                                             | written         |
 * | ------------------------------------------------------------------------ | --------------- |
 * | generation, replicas, scale time, conditions' status or reason, why      | at once         |
 * | memory, with a proposal above all written ones (a restart would fall)    | at once         |
 * | memory otherwise                                                         | 10 s after last |
 * | readings, proposals, sentences                                           | 60 s after last |
 * | times alone                                                              | never           |
 */
export function isWorthWriting(
  written: Written | undefined,
  next: ProfileStatus,
  nowMs: number,
): boolean {
  if (!written) return true;
  const sinceSeconds = (nowMs - written.atMs) / 1000;
  if (kindOf(written.status) !== kindOf(next)) return true;
  if (hasNewMemory(written.status, next)) {
    return sinceSeconds >= memorySeconds || highest(next) > highest(written.status);
  }
  return sinceSeconds >= valuesSeconds && valuesOf(written.status) !== valuesOf(next);
}

/**
 * Whether a restart after `written` would remember anything else than after `next`. What strategy Adaptive learns
 * changes with every reading: too often for a write each, but not to be lost where a term ends.
 */
export function hasUnsavedMemory(written: ProfileStatus, next: ProfileStatus): boolean {
  const signals = Object.values(next.memory?.signals ?? {});
  return signals.some(({ adaptive }) => adaptive !== undefined) || hasNewMemory(written, next);
}

function hasNewMemory(written: ProfileStatus, next: ProfileStatus): boolean {
  if (!written.memory || !next.memory) return written.memory !== next.memory;
  return !sameMemory(readMemory(written.memory), readMemory(next.memory));
}

function highest({ memory }: ProfileStatus): number {
  return Math.max(-1, ...(memory?.proposals ?? []).map(({ replicas }) => replicas));
}

function kindOf(status: ProfileStatus): string {
  const { observedGeneration, currentReplicas, desiredReplicas, lastScaleTime } = status;
  const conditions = status.conditions?.map((each) => [each.type, each.status, each.reason]);
  const { mode, reason, limits, proposals, watches } = status.decision ?? {};
  return JSON.stringify([
    [observedGeneration, currentReplicas, desiredReplicas, lastScaleTime],
    conditions,
    [mode, reason, limits?.map((limit) => limit.reason)],
    proposals?.map(({ name, failed }) => [name, failed]),
    watches?.map(({ kind, name, state, failed }) => [kind, name, state, failed]),
  ]);
}

const times = new Set(['at', 'until', 'nextChangeAt', 'lastTransitionTime', 'memory']);

function valuesOf(status: ProfileStatus): string {
  return JSON.stringify(status, (key, value) => (times.has(key) ? undefined : value));
}
