/** The HPA's `behavior`: its defaults, its stabilization windows and its policies, to the edge of each window. */
import type { Behavior, ScalingPolicy, ScalingRules } from '../api/behavior.ts';
import type { RecordedProposal, ScaleEvent } from './memory.ts';
import { mostReplicas } from './replicas.ts';

export interface DirectionRules {
  readonly windowMs: number;
  readonly selectPolicy: 'Max' | 'Min' | 'Disabled';
  readonly policies: readonly ScalingPolicy[];
  readonly tolerance: number;
}

export interface BehaviorRules {
  readonly up: DirectionRules;
  readonly down: DirectionRules;
}

const defaultUp: readonly ScalingPolicy[] = [
  { type: 'Pods', value: 4, periodSeconds: 15 },
  { type: 'Percent', value: 100, periodSeconds: 15 },
];
const defaultDown: readonly ScalingPolicy[] = [{ type: 'Percent', value: 100, periodSeconds: 15 }];

/** What holds where nothing is written. */
export const hpaDefaults: BehaviorRules = {
  up: { windowMs: 0, selectPolicy: 'Max', policies: defaultUp, tolerance: 0.1 },
  down: { windowMs: 300_000, selectPolicy: 'Max', policies: defaultDown, tolerance: 0.1 },
};

/** No windows, and policies that allow everything: all of a 32-bit count within a second, and all down. */
export const adaptiveDefaults: BehaviorRules = {
  up: {
    ...hpaDefaults.up,
    policies: [{ type: 'Pods', value: mostReplicas, periodSeconds: 1 }],
  },
  down: { ...hpaDefaults.down, windowMs: 0 },
};

/** The rules in force: what is written, and defaults for the rest. */
export function behaviorRules(
  { scaleUp, scaleDown }: Behavior,
  { up, down }: BehaviorRules = hpaDefaults,
): BehaviorRules {
  return { up: rules(scaleUp, up), down: rules(scaleDown, down) };
}

function rules(written: ScalingRules | undefined, otherwise: DirectionRules): DirectionRules {
  const windowSeconds = written?.stabilizationWindowSeconds;
  return {
    windowMs: windowSeconds === undefined ? otherwise.windowMs : windowSeconds * 1000,
    selectPolicy: written?.selectPolicy ?? otherwise.selectPolicy,
    policies: written?.policies ?? otherwise.policies,
    tolerance: written?.tolerance ?? otherwise.tolerance,
  };
}

/** How long anything in memory can still decide, milliseconds. */
export function longestPeriodMs({ up, down }: BehaviorRules): number {
  return (
    Math.max(...[...up.policies, ...down.policies].map((policy) => policy.periodSeconds)) * 1000
  );
}

export interface Stabilized {
  readonly replicas: number;
  /** The last remembered proposal that holds the count; undefined where none does. */
  readonly heldBy?: RecordedProposal;
  /** When it leaves its window, and the count may change. */
  readonly untilMs?: number;
}

/**
 * Hold against flapping: current, raised to the lowest proposal of the up window and lowered to the
 * highest of the down window, the newest included. A proposal exactly as old as its window is out.
 */
export function stabilize(
  proposed: number,
  currentReplicas: number,
  proposals: readonly RecordedProposal[],
  { up, down }: BehaviorRules,
  nowMs: number,
): Stabilized {
  const rising = proposed > currentReplicas;
  const { windowMs } = rising ? up : down;
  const remembered = proposals.filter(({ atMs }) => atMs > nowMs - windowMs);
  const counts = remembered.map(({ replicas }) => replicas);
  const replicas = rising
    ? Math.max(currentReplicas, Math.min(proposed, ...counts))
    : Math.min(currentReplicas, Math.max(proposed, ...counts));
  const heldBy = remembered.findLast((past) =>
    rising ? past.replicas <= replicas : past.replicas >= replicas,
  );
  if (replicas === proposed || !heldBy) return { replicas };
  return { replicas, heldBy, untilMs: heldBy.atMs + windowMs };
}

/**
 * The highest count the up policies allow now, never below current.
 *
 * The period starts from what was there before our own changes in it, of both directions.
 * A percentage is rounded up, or one pod could never become two.
 */
export function mostByPolicies(
  currentReplicas: number,
  events: readonly ScaleEvent[],
  { selectPolicy, policies }: DirectionRules,
  nowMs: number,
): number {
  if (selectPolicy === 'Disabled') return currentReplicas;
  const allowed = policies.map(({ type, value, periodSeconds }) => {
    const start = currentReplicas - changeSince(nowMs - periodSeconds * 1000, events);
    return type === 'Pods' ? start + value : Math.ceil(start * (1 + value / 100));
  });
  const chosen = selectPolicy === 'Min' ? Math.min(...allowed) : Math.max(...allowed);
  return Math.max(currentReplicas, chosen);
}

/** The lowest count the down policies allow now, never above current. A percentage is cut off: 50 % of 3 leaves 1. */
export function fewestByPolicies(
  currentReplicas: number,
  events: readonly ScaleEvent[],
  { selectPolicy, policies }: DirectionRules,
  nowMs: number,
): number {
  if (selectPolicy === 'Disabled') return currentReplicas;
  const allowed = policies.map(({ type, value, periodSeconds }) => {
    const start = currentReplicas - changeSince(nowMs - periodSeconds * 1000, events);
    return type === 'Pods' ? start - value : Math.trunc(start * (1 - value / 100));
  });
  const chosen = selectPolicy === 'Min' ? Math.max(...allowed) : Math.min(...allowed);
  return Math.min(currentReplicas, chosen);
}

/** Replicas added less those removed; an event exactly as old as its period is out. */
function changeSince(cutoffMs: number, events: readonly ScaleEvent[]): number {
  return events.filter(({ atMs }) => atMs > cutoffMs).reduce((sum, { change }) => sum + change, 0);
}

/**
 * When the policies first allow more: the first remembered event that leaves a period, or, with none
 * in the way, a period after the step that is taken now. Undefined where scaling is disabled.
 */
export function policiesLetGoMs(
  events: readonly ScaleEvent[],
  { selectPolicy, policies }: DirectionRules,
  nowMs: number,
): number | undefined {
  if (selectPolicy === 'Disabled') return undefined;
  const ends = policies.flatMap(({ periodSeconds }) =>
    [...events.map(({ atMs }) => atMs), nowMs].map((atMs) => atMs + periodSeconds * 1000),
  );
  return Math.min(...ends.filter((endMs) => endMs > nowMs));
}
