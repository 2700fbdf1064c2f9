/** Which statuses are worth a write: what changed in kind at once, memory soon, mere values now and then, time never. */
import type { StatusBody } from './api/status.ts';
import type { Memory } from './scaling/memory.ts';
import { sameMemory } from './scaling/same-memory.ts';

export interface Told {
  readonly status: StatusBody;
  readonly memory: Memory;
}

/** What was written last; of the memory what is compared. */
export interface Written extends Told {
  /** By the wall clock. */
  readonly atMs: number;
}

const memorySeconds = 10;
const valuesSeconds = 60;
/** Two readings are rarely the same; what differs by less is no news. */
const newsRatio = 0.1;

/** Why a status is written. */
export type Worth = 'change' | 'memory' | 'values';

/**
 * Why to write `next` over what was last written; undefined: it is not worth it.
 *
 * | changed since the last write                                             | written         |
 * | ------------------------------------------------------------------------ | --------------- |
 * | generation, replicas, scale time, conditions' status or reason, why      | at once         |
 * | memory, with a proposal above all written ones (a restart would fall)    | at once         |
 * | memory otherwise                                                         | 10 s after last |
 * | readings, proposals, lead time, by a tenth or more                       | 60 s after last |
 * | times and sentences alone                                                | never           |
 */
export function worthOf(
  written: Written | undefined,
  next: Told,
  nowMs: number,
): Worth | undefined {
  if (!written) return 'change';
  const sinceSeconds = (nowMs - written.atMs) / 1000;
  if (kindOf(written.status) !== kindOf(next.status)) return 'change';
  if (!sameMemory(written.memory, next.memory)) {
    const isDue = sinceSeconds >= memorySeconds || highest(next.memory) > highest(written.memory);
    return isDue ? 'memory' : undefined;
  }
  const isDue = sinceSeconds >= valuesSeconds;
  return isDue && isNews(written.status, next.status) ? 'values' : undefined;
}

/**
 * Whether a restart after `written` would remember anything else than `now`. What strategy Adaptive learns
 * changes with every reading: too often for a write each, but not to be lost where a term ends.
 */
export function hasUnsavedMemory(written: Written, now: Memory): boolean {
  const signals = Object.values(now.signals);
  return signals.some(({ adaptive }) => adaptive !== undefined) || !sameMemory(written.memory, now);
}

function highest({ proposals }: Memory): number {
  return Math.max(-1, ...proposals.map(({ replicas }) => replicas));
}

function kindOf(status: StatusBody): string {
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

const notCompared = new Set(['at', 'until', 'nextChangeAt', 'lastTransitionTime', 'message']);

/** Whether anything but a time or a sentence differs, a number by a tenth or more. */
function isNews(before: unknown, now: unknown): boolean {
  if (typeof before === 'number' && typeof now === 'number') {
    const largest = Math.max(Math.abs(before), Math.abs(now));
    return Math.abs(now - before) >= newsRatio * largest && now !== before;
  }
  if (!isComposite(before) || !isComposite(now)) return before !== now;
  const differs = (name: string) => !notCompared.has(name) && isNews(before[name], now[name]);
  return Object.keys(now).some(differs) || Object.keys(before).some(differs);
}

function isComposite(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
