/** One observation in, one decision out: signals, proposals, the highest wins, then limits in their order. */
import type { Decision, Limit } from '../api/decision.ts';
import type { ProfileSpec } from '../api/profile.ts';
import { longestPeriodMs } from './behavior.ts';
import { judgeBurst } from './burst.ts';
import { type Combined, combine } from './combine.ts';
import { judgeFloors } from './floor.ts';
import { foreignChanges } from './foreign.ts';
import { askStep, judgeGuards } from './guards.ts';
import { limit } from './limit.ts';
import { isCold, type Memory, recentEvents, rememberProposal } from './memory.ts';
import type { Observation } from './observation.ts';
import { sparePool } from './pool-wait.ts';
import { recordOf } from './record.ts';
import { bySchedules, type Scheduled } from './schedule.ts';
import { signalOf } from './signal.ts';
import { behaviorOf } from './strategy.ts';

export interface Decided {
  readonly decision: Decision;
  /** For the next pass. A scale write that succeeded is added by `recordScale`. */
  readonly memory: Memory;
}

/**
 * Decide how many replicas the target should have. Pure: the same arguments give the same bytes.
 *
 * @param memory what the previous pass gave back; `noMemory` before the first
 */
export function decide(spec: ProfileSpec, observation: Observation, memory: Memory): Decided {
  const { nowMs, currentReplicas } = observation;
  const behavior = behaviorOf(spec);
  const wasCold = isCold(memory);
  const before = wasCold
    ? { ...memory, proposals: [{ atMs: nowMs, replicas: currentReplicas }] }
    : memory;
  const judged = spec.metrics.map((metric) => {
    const past = memory.signals[metric.name] ?? { proposals: [] };
    return signalOf(metric, { spec, observation, past });
  });
  const spared = sparePool(judged, observation);
  const { signals } = spared;
  const asked = combine(signals, spec, observation, memory.failedSinceMs);
  const floors = judgeFloors(spec, observation, memory.floors);
  const schedule = (replicas: number) =>
    bySchedules(replicas, spec.schedules, spec.minReplicas, nowMs, floors.floors);
  const combined = scheduled(spared.limits, asked, schedule(asked.replicas));
  const capped = (replicas: number) => Math.min(replicas, schedule(replicas).replicas);
  const burst = judgeBurst(spec, observation, memory.burstAtMs, capped);
  const guards = judgeGuards(spec, observation, memory.guards, memory.scaleEvents, capped);
  const pushes = [...burst.pushes, ...guards.pushes];
  const context = { spec, behavior, currentReplicas, nowMs, memory: before, wasCold, pushes };
  const limited = limit(combined.replicas, context);
  const isGuardRaise = limited.limits.some(({ reason }) => reason === 'GuardRaise');
  const proposed = isGuardRaise ? Math.max(combined.replicas, limited.replicas) : combined.replicas;
  const foreign = foreignChanges(spec, observation, memory);
  const watches = [...burst.watches, ...guards.watches, ...floors.watches];
  return {
    decision: recordOf(spec, observation, { signals, combined, limited, watches, foreign }),
    memory: {
      proposals: rememberProposal(before.proposals, { atMs: nowMs, replicas: proposed }, behavior),
      scaleEvents: recentEvents(before.scaleEvents, longestPeriodMs(behavior), nowMs),
      // Only metrics, guards and schedules of the profile are remembered: a renamed one leaves nothing behind.
      signals: Object.fromEntries(signals.map(({ name, memory }) => [name, memory])),
      guards: isGuardRaise ? askStep(guards.memory, guards.asked) : guards.memory,
      floors: floors.memory,
      replicas: currentReplicas,
      foreign,
      ...(asked.failedSinceMs !== undefined && { failedSinceMs: asked.failedSinceMs }),
      ...(burst.atMs !== undefined && { burstAtMs: burst.atMs }),
    },
  };
}

function scheduled(
  before: readonly Limit[],
  combined: Combined,
  { replicas, limits }: Scheduled,
): Combined {
  return { ...combined, replicas, limits: [...before, ...combined.limits, ...limits] };
}
