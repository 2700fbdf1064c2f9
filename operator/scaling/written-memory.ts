/** Memory as status and files hold it: times as text, adaptive memory as rows. */
import type { WrittenMemory } from '../api/status.ts';
import { readAdaptiveMemory, writeAdaptiveMemory } from './adaptive/written.ts';
import { readFloor, writeFloor } from './floor.ts';
import { readGuard, writeGuard } from './guard.ts';
import { iso } from './iso.ts';
import type { Memory, RecordedProposal } from './memory.ts';

/** `readMemory` is its inverse, exactly, but for the seasons. */
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
