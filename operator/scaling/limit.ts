/** From a proposal to what may be written: stabilization, policies, burst and guard, bounds and mode, each recorded. */
import type { Limit } from '../api/decision.ts';
import type { ProfileSpec } from '../api/profile.ts';
import {
  type BehaviorRules,
  fewestByPolicies,
  mostByPolicies,
  policiesLetGoMs,
  stabilize,
} from './behavior.ts';
import { bound } from './bounds.ts';
import { iso } from './iso.ts';
import type { Memory } from './memory.ts';
import { type Push, pushUp } from './push.ts';

export interface LimitContext {
  readonly spec: ProfileSpec;
  readonly behavior: BehaviorRules;
  readonly currentReplicas: number;
  readonly nowMs: number;
  /** Before this pass; on a cold start the current count is its only proposal. */
  readonly memory: Memory;
  readonly wasCold: boolean;
  /** What a burst or a guard calls for. */
  readonly pushes: readonly Push[];
}

export interface Limited {
  readonly replicas: number;
  readonly limits: readonly Limit[];
}

/**
 * Limit a proposal.
 *
 * Paused and a current count out of bounds go to the nearest bound at once. Between zero and one
 * there is a single step each way: waking skips behavior, and so do the policies of the last step
 * down unless they are Disabled.
 */
export function limit(proposed: number, context: LimitContext): Limited {
  const { spec, currentReplicas, pushes } = context;
  const kept = bound(currentReplicas, spec);
  if (spec.mode === 'Paused') {
    const message = `paused: held at ${currentReplicas}`;
    const paused: Limit = { reason: 'Paused', from: proposed, to: currentReplicas, message };
    return { replicas: kept.replicas, limits: [paused, ...kept.limits] };
  }
  if (currentReplicas > spec.maxReplicas) return kept;
  const paced = currentReplicas < spec.minReplicas ? kept : pace(proposed, context);
  const pushed = pushUp(paced.replicas, pushes);
  const bounded = bound(pushed.replicas, spec);
  const limits = [...paced.limits, ...pushed.limits, ...bounded.limits];
  return { replicas: bounded.replicas, limits };
}

function pace(proposed: number, context: LimitContext): Limited {
  if (context.currentReplicas === 0) return { replicas: proposed, limits: [] };
  const stable = stabilized(proposed, context);
  return stepToZero(stable.replicas, context) ? stable : byPolicies(stable, context);
}

function stepToZero(replicas: number, { spec, behavior }: LimitContext): boolean {
  return replicas === 0 && spec.minReplicas === 0 && behavior.down.selectPolicy !== 'Disabled';
}

function stabilized(proposed: number, context: LimitContext): Limited {
  const { behavior, currentReplicas, nowMs, memory, wasCold } = context;
  const { replicas, untilMs } = stabilize(
    proposed,
    currentReplicas,
    memory.proposals,
    behavior,
    nowMs,
  );
  if (replicas === proposed) return { replicas, limits: [] };
  const until = untilMs === undefined ? undefined : iso(untilMs);
  const rising = proposed > currentReplicas;
  const extreme = rising ? 'lower' : 'higher';
  const reason = wasCold ? 'ColdStart' : rising ? 'ScaleUpStabilized' : 'ScaleDownStabilized';
  const message = wasCold
    ? `nothing is known of the past: held at ${replicas} until ${until}`
    : `proposals were ${extreme} of late: ${replicas} until ${until}`;
  return {
    replicas,
    limits: [{ reason, from: proposed, to: replicas, message, ...(until && { until }) }],
  };
}

/** Where the policies end exactly at a bound it is the bound that limits, as in the HPA. */
function byPolicies(stable: Limited, context: LimitContext): Limited {
  const { spec, behavior, currentReplicas, nowMs, memory } = context;
  const rising = stable.replicas > currentReplicas;
  const rules = rising ? behavior.up : behavior.down;
  const allowed = rising
    ? mostByPolicies(currentReplicas, memory.scaleEvents, rules, nowMs)
    : fewestByPolicies(currentReplicas, memory.scaleEvents, rules, nowMs);
  const replicas = rising ? Math.min(stable.replicas, allowed) : Math.max(stable.replicas, allowed);
  const isBound = allowed === (rising ? spec.maxReplicas : spec.minReplicas);
  if (replicas === stable.replicas || isBound) return stable;
  const untilMs = policiesLetGoMs(memory.scaleEvents, rules, nowMs);
  const until = untilMs === undefined ? undefined : iso(untilMs);
  const why = until ? `the policies allow ${replicas} until ${until}` : 'selectPolicy is Disabled';
  const reason = rising ? 'ScaleUpLimit' : 'ScaleDownLimit';
  const entry = { reason, from: stable.replicas, to: replicas, message: why } as const;
  return { replicas, limits: [...stable.limits, { ...entry, ...(until && { until }) }] };
}
