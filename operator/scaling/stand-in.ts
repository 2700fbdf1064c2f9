/** What stands in for a signal that failed: its last good proposal, raised to its highest of late. */
import type { RecordedProposal, SignalMemory } from './memory.ts';
import type { FailedReading, OkReading } from './reading.ts';
import type { Asked, Signal, SignalContext } from './signal.ts';
import { holdSecondsOf } from './strategy.ts';

/** A signal whose reading is good, remembered as the last good one. */
export function goodSignal(
  name: string,
  reading: OkReading,
  asked: Asked,
  { spec, observation: { nowMs }, past }: SignalContext,
): Signal {
  const proposals = [...past.proposals, { atMs: nowMs, replicas: asked.replicas }];
  const memory = { ...past, proposals: keepHighest(proposals, failureCutoff(spec, nowMs)) };
  return { name, reading, ...asked, mayLower: true, memory };
}

/**
 * A signal whose reading failed. It asks for its last good proposal or its highest within
 * `failureSeconds`, so that one dead signal among healthy ones holds no peak for ever.
 */
export function failedSignal(
  name: string,
  reading: FailedReading,
  { spec, observation: { nowMs }, past }: SignalContext,
): Signal {
  const { failureSeconds } = spec.fallback;
  const proposals = keepHighest(past.proposals, failureCutoff(spec, nowMs));
  const memory = { ...past, proposals };
  const failure = `${reading.reason}: ${reading.message}`;
  if (proposals.length === 0) {
    return { name, reading, mayLower: false, message: `${failure}; no earlier proposal`, memory };
  }
  const replicas = Math.max(...proposals.map((past) => past.replicas));
  const message = `${failure}; its highest of the last ${failureSeconds} s stands in`;
  return { name, reading, replicas, mayLower: true, message, memory };
}

/** What is older decides no more: neither stands it in, nor does strategy Adaptive hold it. */
function failureCutoff(spec: SignalContext['spec'], nowMs: number): number {
  const { fallback, strategy } = spec;
  const holdSeconds = strategy.type === 'Adaptive' ? holdSecondsOf(spec) : 0;
  return nowMs - Math.max(fallback.failureSeconds, holdSeconds) * 1000;
}

/** The newest, and before it those after the cutoff that no later one reaches: all a maximum can ask for. */
function keepHighest(
  proposals: readonly RecordedProposal[],
  cutoffMs: number,
): SignalMemory['proposals'] {
  return proposals.filter(({ atMs, replicas }, index) => {
    const later = proposals.slice(index + 1);
    if (later.length === 0) return true;
    return atMs > cutoffMs && later.every((next) => next.replicas < replicas);
  });
}
