/** What passes remember: recent proposals, own scale events, last good signals; in with a decision and out again, bounded. */
import type { WrittenMemory } from '../api/status.ts';

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
  /** When the signal was last above its activation. */
  readonly activeAtMs?: number;
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
}

/** Before the first pass. */
export const noMemory: Memory = { proposals: [], scaleEvents: [], signals: {} };

const iso = (ms: number): string => new Date(ms).toISOString();

/** As status and files hold it. `readMemory` is its inverse, exactly. */
export function writeMemory(memory: Memory): WrittenMemory {
  const record = ({ atMs, replicas }: RecordedProposal) => ({ at: iso(atMs), replicas });
  const signals = Object.entries(memory.signals).map(([name, signal]) => [
    name,
    {
      proposals: signal.proposals.map(record),
      ...(signal.ratePerReplica !== undefined && { ratePerReplica: signal.ratePerReplica }),
      ...(signal.rateAtMs !== undefined && { rateAt: iso(signal.rateAtMs) }),
      ...(signal.activeAtMs !== undefined && { activeAt: iso(signal.activeAtMs) }),
    },
  ]);
  return {
    proposals: memory.proposals.map(record),
    scaleEvents: memory.scaleEvents.map(({ atMs, change }) => ({ at: iso(atMs), change })),
    signals: Object.fromEntries(signals),
    ...(memory.failedSinceMs !== undefined && { failedSince: iso(memory.failedSinceMs) }),
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
      ...(signal.activeAt !== undefined && { activeAtMs: Date.parse(signal.activeAt) }),
    },
  ]);
  return {
    proposals: written.proposals.map(read),
    scaleEvents: written.scaleEvents.map(({ at, change }) => ({ atMs: Date.parse(at), change })),
    signals: Object.fromEntries(signals),
    ...(written.failedSince !== undefined && { failedSinceMs: Date.parse(written.failedSince) }),
  };
}
