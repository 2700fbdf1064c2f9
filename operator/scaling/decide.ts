/** One observation in, one decision out: signals, proposals, the highest wins, then limits in their order. */
import type { Decision, Limit, Proposal, Watch } from '../api/decision.ts';
import type { ProfileSpec } from '../api/profile.ts';
import { longestPeriodMs } from './behavior.ts';
import { judgeBurst } from './burst.ts';
import { type Combined, combine } from './combine.ts';
import { judgeFloors } from './floor.ts';
import { askStep, judgeGuards } from './guards.ts';
import { type Limited, limit } from './limit.ts';
import { isCold, type Memory, recentEvents, rememberProposal } from './memory.ts';
import type { Observation } from './observation.ts';
import { bySchedules, type Scheduled } from './schedule.ts';
import { rounded, type Signal, signalOf } from './signal.ts';
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
  const signals = spec.metrics.map((metric) => {
    const past = memory.signals[metric.name] ?? { proposals: [] };
    return signalOf(metric, { spec, observation, past });
  });
  const asked = combine(signals, spec, observation, memory.failedSinceMs);
  const floors = judgeFloors(spec, observation, memory.floors);
  const schedule = (replicas: number) =>
    bySchedules(replicas, spec.schedules, spec.minReplicas, nowMs, floors.floors);
  const combined = scheduled(asked, schedule(asked.replicas));
  const capped = (replicas: number) => Math.min(replicas, schedule(replicas).replicas);
  const burst = judgeBurst(spec, observation, memory.burstAtMs, capped);
  const guards = judgeGuards(spec, observation, memory.guards, memory.scaleEvents, capped);
  const pushes = [...burst.pushes, ...guards.pushes];
  const context = { spec, behavior, currentReplicas, nowMs, memory: before, wasCold, pushes };
  const limited = limit(combined.replicas, context);
  const isGuardRaise = limited.limits.some(({ reason }) => reason === 'GuardRaise');
  const proposed = isGuardRaise ? Math.max(combined.replicas, limited.replicas) : combined.replicas;
  const watches = [...burst.watches, ...guards.watches, ...floors.watches];
  return {
    decision: report(spec, observation, signals, combined, limited, watches),
    memory: {
      proposals: rememberProposal(before.proposals, { atMs: nowMs, replicas: proposed }, behavior),
      scaleEvents: recentEvents(before.scaleEvents, longestPeriodMs(behavior), nowMs),
      // Only metrics, guards and schedules of the profile are remembered: a renamed one leaves nothing behind.
      signals: Object.fromEntries(signals.map(({ name, memory }) => [name, memory])),
      guards: isGuardRaise ? askStep(guards.memory, guards.asked) : guards.memory,
      floors: floors.memory,
      ...(asked.failedSinceMs !== undefined && { failedSinceMs: asked.failedSinceMs }),
      ...(burst.atMs !== undefined && { burstAtMs: burst.atMs }),
    },
  };
}

function scheduled(combined: Combined, { replicas, limits }: Scheduled): Combined {
  return { ...combined, replicas, limits: [...combined.limits, ...limits] };
}

function report(
  spec: ProfileSpec,
  { nowMs, currentReplicas, readyReplicas }: Observation,
  signals: readonly Signal[],
  { proposed, winner, limits: held }: Combined,
  { replicas: desiredReplicas, limits: limited }: Limited,
  watches: readonly Watch[],
): Decision {
  const limits = [...held, ...limited];
  const proposals = signals.map(proposalOf);
  const nextChangeAt = limits.flatMap(({ until }) => until ?? []).toSorted()[0];
  return {
    at: new Date(nowMs).toISOString(),
    mode: spec.mode,
    currentReplicas,
    readyReplicas,
    proposedReplicas: proposed,
    desiredReplicas,
    ...(winner !== undefined && { winner }),
    reason: limits.at(-1)?.reason ?? 'DesiredWithinRange',
    message: sentence(desiredReplicas, proposals, winner, limits),
    proposals,
    ...(watches.length > 0 && { watches: [...watches] }),
    limits,
    ...(nextChangeAt !== undefined && { nextChangeAt }),
  };
}

/** What a server says may be long; status is not. */
function proposalOf({ name, replicas, need, reading, message: said }: Signal): Proposal {
  const message = said.slice(0, 1024);
  const known = replicas === undefined ? {} : { replicas };
  if (reading.status === 'failed') return { name, ...known, failed: reading.reason, message };
  const at = new Date(reading.atMs).toISOString();
  const exact = need === undefined ? {} : { need: rounded(need) };
  return { name, ...known, ...exact, value: reading.value, at, message };
}

function sentence(
  desiredReplicas: number,
  proposals: readonly Proposal[],
  winner: string | undefined,
  limits: readonly Limit[],
): string {
  const won = proposals.find(({ name }) => name === winner);
  const asked = won ? `${won.name} asks for ${won.replicas} (${won.message})` : 'no metric asks';
  const steps = limits.map(
    ({ reason, from, to, message }) => `${reason} ${from} to ${to}: ${message}`,
  );
  return [`${desiredReplicas} replicas: ${asked}`, ...steps].join('; ').slice(0, 1024);
}
