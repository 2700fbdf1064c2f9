/** GUARD: while an objective is missed nothing falls, and replicas rise by one policy step a lead time until that is no cure. */
import type { Watch } from '../api/decision.ts';
import type { ProfileSpec } from '../api/profile.ts';
import { behaviorRules, mostByPolicies } from './behavior.ts';
import { type GuardMemory, judgeGuard } from './guard.ts';
import type { ScaleEvent } from './memory.ts';
import type { Observation } from './observation.ts';
import type { Push } from './push.ts';
import { leadSecondsOf } from './strategy.ts';

/** By guard name; those whose objective is met have none. */
export type GuardMemories = Readonly<Record<string, GuardMemory>>;

export interface GuardVerdict {
  readonly pushes: readonly Push[];
  readonly watches: readonly Watch[];
  readonly memory: GuardMemories;
  /** Those that ask for a step, by name, with their readings. */
  readonly asked: Readonly<Record<string, number>>;
}

/**
 * Judge the guards of a pass. Several that are due share one step.
 *
 * @param events own scale events, for the policies
 * @param capped brings a count under the caps of open schedules
 */
export function judgeGuards(
  spec: ProfileSpec,
  observation: Observation,
  past: GuardMemories,
  events: readonly ScaleEvent[],
  capped: (replicas: number) => number,
): GuardVerdict {
  const { currentReplicas, nowMs, poolWait } = observation;
  const times = {
    nowMs,
    staleAfterSeconds: spec.fallback.staleAfterSeconds,
    failureMs: spec.fallback.failureSeconds * 1000,
    leadMs: leadSecondsOf(spec, observation) * 1000,
  };
  const judged = spec.guard.map((guard) =>
    judgeGuard(guard, observation.guardReadings?.[guard.name], past[guard.name], times),
  );
  const holding = judged.filter(({ holds }) => holds).map(({ watch }) => watch.name);
  const due = judged.flatMap(({ asks, watch }) =>
    asks === undefined || poolWait?.guards.includes(watch.name)
      ? []
      : [[watch.name, asks] as const],
  );
  const { up } = behaviorRules(spec.behavior);
  const allowed = mostByPolicies(currentReplicas, events, up, nowMs);
  const step = Math.min(capped(allowed), spec.maxReplicas);
  const canRaise = due.length > 0 && currentReplicas > 0 && step > currentReplicas;
  const dueNames = due.map(([name]) => name).join(', ');
  const raise: Push = {
    reason: 'GuardRaise',
    least: step,
    message: `one step up: ${dueNames} misses its objective`,
  };
  const hold: Push = {
    reason: 'GuardHold',
    least: currentReplicas,
    message: `nothing falls: ${holding.join(', ')} misses its objective`,
  };
  return {
    pushes: [...(canRaise ? [raise] : []), ...(holding.length > 0 ? [hold] : [])],
    watches: judged.map(({ watch }) => watch),
    memory: Object.fromEntries(
      judged.flatMap(({ watch, memory }) => (memory ? [[watch.name, memory] as const] : [])),
    ),
    asked: Object.fromEntries(due),
  };
}

/** The memories after a decision to raise: what asked for it waits to be written. */
export function askStep(
  memories: GuardMemories,
  asked: Readonly<Record<string, number>>,
): GuardMemories {
  return mapGuards(memories, (memory, name) => {
    const value = asked[name];
    return value === undefined ? memory : { ...memory, asked: value };
  });
}

/** The memories after the raise was written. */
export function takeStep(memories: GuardMemories, atMs: number): GuardMemories {
  return mapGuards(memories, ({ asked, ...memory }) =>
    asked === undefined
      ? memory
      : {
          ...memory,
          steps: memory.steps + 1,
          stepAtMs: atMs,
          baseline: memory.baseline ?? asked,
        },
  );
}

function mapGuards(
  memories: GuardMemories,
  change: (memory: GuardMemory, name: string) => GuardMemory,
): GuardMemories {
  return Object.fromEntries(
    Object.entries(memories).map(([name, memory]) => [name, change(memory, name)]),
  );
}
