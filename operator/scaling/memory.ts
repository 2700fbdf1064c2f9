/** What passes remember: recent proposals, own scale events, last good signals; in with a decision and out again, bounded. */
import type { ForeignChange } from '../api/decision.ts';
import type { AdaptiveMemory } from './adaptive/memory.ts';
import type { BehaviorRules } from './behavior.ts';
import type { FloorMemories } from './floor.ts';
import { type GuardMemories, takeStep } from './guards.ts';

export interface RecordedProposal {
  /** The last time it was proposed, milliseconds since the epoch. */
  readonly atMs: number;
  readonly replicas: number;
}

export interface ScaleEvent {
  readonly atMs: number;
  /** Replicas added, or removed if negative; never 0. */
  readonly change: number;
}

export interface SignalMemory {
  /** Good proposals of this signal alone, ascending in time; the last one is the last good one. */
  readonly proposals: readonly RecordedProposal[];
  /** Jobs per second of one replica as learned; Queue only. */
  readonly ratePerReplica?: number;
  readonly rateAtMs?: number;
  /** What strategy Adaptive has learned. */
  readonly adaptive?: AdaptiveMemory;
}

export interface Memory {
  /** Winning proposals before stabilization and all later limits, ascending in time. */
  readonly proposals: readonly RecordedProposal[];
  /** Scale writes of ours, ascending in time. */
  readonly scaleEvents: readonly ScaleEvent[];
  /** By metric name. */
  readonly signals: Readonly<Record<string, SignalMemory>>;
  /** Since when every signal has failed. */
  readonly failedSinceMs?: number;
  /** The last pass over the threshold of the burst, as long as it holds. */
  readonly burstAtMs?: number;
  /** The count as the last pass left it: what was seen then, or written. */
  readonly replicas?: number;
  /** Changes of the count that were not ours, ascending in time. */
  readonly foreign: readonly ForeignChange[];
  readonly guards: GuardMemories;
  /** Last good floors of schedules by query. */
  readonly floors: FloorMemories;
}

/** Before the first pass. */
export const noMemory: Memory = {
  proposals: [],
  scaleEvents: [],
  signals: {},
  foreign: [],
  guards: {},
  floors: {},
};

/** True before the first pass: nothing was ever proposed or written. */
export function isCold({ proposals, scaleEvents }: Memory): boolean {
  return proposals.length === 0 && scaleEvents.length === 0;
}

/**
 * Add a proposal and drop what can decide no more: the too old, and those that a later one equals or
 * outdoes both ways. The newest always stays.
 */
export function rememberProposal(
  past: readonly RecordedProposal[],
  newest: RecordedProposal,
  { up, down }: BehaviorRules,
): readonly RecordedProposal[] {
  const proposals = [...past, newest];
  let lowest = Number.POSITIVE_INFINITY;
  let highest = Number.NEGATIVE_INFINITY;
  const kept = proposals.toReversed().filter((proposal) => {
    const { atMs, replicas } = proposal;
    const isLowest = replicas < lowest && atMs > newest.atMs - up.windowMs;
    const isHighest = replicas > highest && atMs > newest.atMs - down.windowMs;
    lowest = Math.min(lowest, replicas);
    highest = Math.max(highest, replicas);
    return isLowest || isHighest || proposal === newest;
  });
  return kept.toReversed();
}

/** Drop scale events that no policy looks back to any more. */
export function recentEvents(
  events: readonly ScaleEvent[],
  periodMs: number,
  nowMs: number,
): readonly ScaleEvent[] {
  return events.filter(({ atMs }) => atMs > nowMs - periodMs);
}

/** The memory after a scale write that succeeded. @param change desired less current, not 0 */
export function recordScale(memory: Memory, atMs: number, change: number): Memory {
  const { replicas } = memory;
  return {
    ...memory,
    ...(replicas !== undefined && { replicas: replicas + change }),
    scaleEvents: [...memory.scaleEvents, { atMs, change }],
    guards: change > 0 ? takeStep(memory.guards, atMs) : memory.guards,
  };
}

/**
 * Memory read back after a restart. The newest proposal and a burst count as repeated until now: status is not
 * written for a mere repetition, so the time there may be the first, not the last.
 */
export function resume(memory: Memory, nowMs: number): Memory {
  const { proposals, burstAtMs } = memory;
  const repeated = proposals.slice(-1).map((newest) => ({
    ...newest,
    atMs: Math.max(newest.atMs, nowMs),
  }));
  return {
    ...memory,
    proposals: [...proposals.slice(0, -1), ...repeated],
    ...(burstAtMs !== undefined && { burstAtMs: Math.max(burstAtMs, nowMs) }),
  };
}
