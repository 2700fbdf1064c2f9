/** Whether a pass has left anything that a restart must be told. */
import type { Memory, RecordedProposal, SignalMemory } from './memory.ts';

/** What `sameMemory` looks at: without what strategy Adaptive learned, which is most of it and changes with every pass. */
export function comparable(memory: Memory): Memory {
  const signals = Object.entries(memory.signals).map(([name, { adaptive: _, ...signal }]) => [
    name,
    signal,
  ]);
  return { ...memory, signals: Object.fromEntries(signals) };
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
