/** What passes remember: recent proposals, own scale events, last good signals; in with a decision and out again, bounded. */
import type { ForeignChange } from '../api/decision.ts';
import type { WrittenMemory } from '../api/status.ts';
import type { AdaptiveMemory } from './adaptive/memory.ts';
import { readAdaptiveMemory, writeAdaptiveMemory } from './adaptive/written.ts';
import type { BehaviorRules } from './behavior.ts';
import { type FloorMemories, readFloor, writeFloor } from './floor.ts';
import { readGuard, writeGuard } from './guard.ts';
import { type GuardMemories, takeStep } from './guards.ts';
import { iso } from './iso.ts';

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

/**
 * True if `now` says nothing that `resume(written)` would not know: the newest proposals may have
 * been repeated and learned rates may differ by a hundredth.
 */
export function sameMemory(written: Memory, now: Memory): boolean {
  const names = Object.keys(now.signals);
  return (
    sameProposals(written.proposals, now.proposals) &&
    written.failedSinceMs === now.failedSinceMs &&
    written.burstAtMs === now.burstAtMs &&
    written.replicas === now.replicas &&
    written.foreign.length === now.foreign.length &&
    written.foreign.at(-1)?.at === now.foreign.at(-1)?.at &&
    sameRecord(written.guards, now.guards) &&
    sameRecord(written.floors, now.floors) &&
    written.scaleEvents.length === now.scaleEvents.length &&
    written.scaleEvents.at(-1)?.atMs === now.scaleEvents.at(-1)?.atMs &&
    Object.keys(written.signals).length === names.length &&
    names.every((name) => sameSignal(written.signals[name], now.signals[name]))
  );
}

function sameSignal(written: SignalMemory | undefined, now: SignalMemory | undefined): boolean {
  const before = written?.ratePerReplica ?? 0;
  const after = now?.ratePerReplica ?? 0;
  const sameRate = Math.abs(after - before) <= before / 100;
  return sameRate && sameProposals(written?.proposals ?? [], now?.proposals ?? []);
}

function sameRecord<Value>(
  written: Readonly<Record<string, Value>>,
  now: Readonly<Record<string, Value>>,
): boolean {
  const names = Object.keys(now);
  return (
    Object.keys(written).length === names.length &&
    names.every((name) => JSON.stringify(written[name]) === JSON.stringify(now[name]))
  );
}

function sameProposals(
  written: readonly RecordedProposal[],
  now: readonly RecordedProposal[],
): boolean {
  const last = now.length - 1;
  return (
    written.length === now.length &&
    now.every(({ atMs, replicas }, index) => {
      const before = written[index];
      return before?.replicas === replicas && (index === last || before.atMs === atMs);
    })
  );
}

/** As status and files hold it. `readMemory` is its inverse, exactly, but for the seasons. */
export function writeMemory(memory: Memory): WrittenMemory {
  const record = ({ atMs, replicas }: RecordedProposal) => ({ at: iso(atMs), replicas });
  const signals = Object.entries(memory.signals).map(([name, signal]) => [
    name,
    {
      proposals: signal.proposals.map(record),
      ...(signal.ratePerReplica !== undefined && { ratePerReplica: signal.ratePerReplica }),
      ...(signal.rateAtMs !== undefined && { rateAt: iso(signal.rateAtMs) }),
      ...(signal.adaptive && { adaptive: writeAdaptiveMemory(signal.adaptive) }),
    },
  ]);
  return {
    proposals: memory.proposals.map(record),
    scaleEvents: memory.scaleEvents.map(({ atMs, change }) => ({ at: iso(atMs), change })),
    signals: Object.fromEntries(signals),
    ...(memory.failedSinceMs !== undefined && { failedSince: iso(memory.failedSinceMs) }),
    ...(memory.burstAtMs !== undefined && { burstAt: iso(memory.burstAtMs) }),
    ...(memory.replicas !== undefined && { replicas: memory.replicas }),
    foreign: [...memory.foreign],
    guards: mapValues(memory.guards, writeGuard),
    floors: mapValues(memory.floors, writeFloor),
  };
}

export function readMemory(written: WrittenMemory): Memory {
  const read = ({ at, replicas }: { at: string; replicas: number }) => ({
    atMs: Date.parse(at),
    replicas,
  });
  const signals = Object.entries(written.signals).map(([name, signal]) => [
    name,
    {
      proposals: signal.proposals.map(read),
      ...(signal.ratePerReplica !== undefined && { ratePerReplica: signal.ratePerReplica }),
      ...(signal.rateAt !== undefined && { rateAtMs: Date.parse(signal.rateAt) }),
      ...(signal.adaptive && { adaptive: readAdaptiveMemory(signal.adaptive) }),
    },
  ]);
  return {
    proposals: written.proposals.map(read),
    scaleEvents: written.scaleEvents.map(({ at, change }) => ({ atMs: Date.parse(at), change })),
    signals: Object.fromEntries(signals),
    ...(written.failedSince !== undefined && { failedSinceMs: Date.parse(written.failedSince) }),
    ...(written.burstAt !== undefined && { burstAtMs: Date.parse(written.burstAt) }),
    ...(written.replicas !== undefined && { replicas: written.replicas }),
    foreign: written.foreign,
    guards: mapValues(written.guards, readGuard),
    floors: mapValues(written.floors, readFloor),
  };
}

function mapValues<From, To>(
  record: Readonly<Record<string, From>>,
  change: (value: From) => To,
): Readonly<Record<string, To>> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}
