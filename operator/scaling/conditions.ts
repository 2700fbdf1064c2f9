/** A decision in the words of Kubernetes: conditions, with the HPA's reasons. */
import type { Decision, LimitReason, Proposal } from '../api/decision.ts';
import type { Condition } from '../api/status.ts';
import { changeSentence, isFight, writersOf } from './foreign.ts';
import { iso } from './iso.ts';

/** A condition before it is known since when it holds. */
export type Finding = Pick<Condition, 'type' | 'status' | 'reason' | 'message'>;

/** Of pace, bounds and budgets. */
const limiting: readonly LimitReason[] = [
  'ScaleUpLimit',
  'ScaleDownLimit',
  'TooManyReplicas',
  'TooFewReplicas',
  'BudgetLimited',
  'PoolSaturated',
];
const stabilizing: readonly LimitReason[] = [
  'ColdStart',
  'ScaleUpStabilized',
  'ScaleDownStabilized',
];

/**
 * All conditions of a pass that reached a decision; `ObjectiveMissed` where there is a guard,
 * `ForeignWriter` for ten minutes after somebody else changed the count.
 */
export function conditionsOf(decision: Decision): readonly Finding[] {
  return [
    ready(decision),
    ableToScale(decision),
    scalingActive(decision),
    scalingLimited(decision),
    fallback(decision),
    ...objectiveMissed(decision),
    ...foreignWriter(decision),
  ];
}

/** Ready as long as every metric can be read. */
function ready(decision: Decision): Finding {
  const failed = failures(decision);
  return failed === ''
    ? { type: 'Ready', status: 'True', reason: 'Reconciled', message: 'every metric is read' }
    : { type: 'Ready', status: 'False', reason: failureReason(decision), message: failed };
}

function ableToScale({ limits }: Decision): Finding {
  const held = limits.findLast(({ reason }) => stabilizing.includes(reason));
  return held
    ? { type: 'AbleToScale', status: 'True', reason: held.reason, message: held.message }
    : {
        type: 'AbleToScale',
        status: 'True',
        reason: 'ReadyForNewScale',
        message: 'no window holds the count',
      };
}

/** Active while what was decided follows from readings; not while paused or held without them. */
function scalingActive(decision: Decision): Finding {
  const { mode, limits, message, currentReplicas } = decision;
  const type = 'ScalingActive';
  if (mode === 'Paused') {
    const held = `paused: held at ${currentReplicas} but for the bounds`;
    return { type, status: 'False', reason: 'Paused', message: held };
  }
  const isHeld = limits.some(({ reason }) => reason === 'FailedSignalHold');
  return isHeld
    ? { type, status: 'False', reason: failureReason(decision), message: failures(decision) }
    : { type, status: 'True', reason: 'ValidMetricFound', message };
}

function scalingLimited({ limits }: Decision): Finding {
  const limit = limits.findLast(({ reason }) => limiting.includes(reason));
  return limit
    ? {
        type: 'ScalingLimited',
        status: 'True',
        reason: limit.reason === 'BudgetLimited' ? 'ConnectionBudget' : limit.reason,
        message: limit.message,
      }
    : {
        type: 'ScalingLimited',
        status: 'False',
        reason: 'DesiredWithinRange',
        message: 'neither policies nor bounds nor a budget change the count',
      };
}

function fallback({ limits }: Decision): Finding {
  const used = limits.find(({ reason }) => reason === 'Fallback');
  return used
    ? { type: 'Fallback', status: 'True', reason: 'Fallback', message: used.message }
    : { type: 'Fallback', status: 'False', reason: 'NotNeeded', message: 'readings decide' };
}

/** The worst of what the guards found, and what each of them says. */
function objectiveMissed({ watches = [] }: Decision): readonly Finding[] {
  const guards = watches.filter(({ kind }) => kind === 'Guard');
  if (guards.length === 0) return [];
  const message = guards.map((guard) => `${guard.name}: ${guard.message}`).join('; ');
  const found = guardFindings.find(({ state }) => guards.some((guard) => guard.state === state));
  const { status, reason } = found ?? { status: 'False', reason: 'ObjectiveMet' };
  return [{ type: 'ObjectiveMissed', status, reason, message: message.slice(0, 2048) }];
}

/** What somebody else does to the count, if anybody. */
export function foreignWriter({ foreignChanges = [] }: Decision): readonly Finding[] {
  const last = foreignChanges.at(-1);
  if (!last) return [];
  const type = 'ForeignWriter';
  const writers = writersOf(foreignChanges);
  return isFight(foreignChanges)
    ? [
        {
          type,
          status: 'True',
          reason: 'WritersFight',
          message: fightSentence(foreignChanges.length, writers),
        },
      ]
    : [{ type, status: 'True', reason: 'ForeignWriter', message: changeSentence(last) }];
}

function fightSentence(changes: number, writers: string): string {
  return `${changes} changes in ten minutes by ${writers} undo ours: two writers fight over the target, leave it to one of them`;
}

/** States of guards that a condition tells of, the worst first. */
export const guardFindings = [
  { state: 'NotTheCure', status: 'True', reason: 'MorePodsAreNotTheCure' },
  { state: 'Elsewhere', status: 'True', reason: 'BottleneckElsewhere' },
  { state: 'Guarding', status: 'True', reason: 'Guarding' },
  { state: 'Missed', status: 'False', reason: 'NotMissedForLong' },
  { state: 'Unknown', status: 'Unknown', reason: 'FailedGetExternalMetric' },
] as const;

/** As the HPA has them; the first metric that failed gives its name to the condition. */
function failureReason({ proposals }: Decision): string {
  return reasonOf(proposals.find(({ failed }) => failed !== undefined)?.source);
}

/** The HPA's reason for a reading that failed. */
export function reasonOf(source: Proposal['source']): string {
  return `FailedGet${source ?? 'External'}Metric`;
}

function failures({ proposals, watches = [] }: Decision): string {
  return [...proposals, ...watches]
    .filter(({ failed }) => failed !== undefined)
    .map(({ name, message }) => `${name}: ${message}`)
    .join('; ')
    .slice(0, 2048);
}

/**
 * Conditions as status holds them. One that keeps its status keeps its time of transition.
 *
 * @param previous as read from status; conditions not found again are dropped
 */
export function mergeConditions(
  previous: readonly Condition[],
  findings: readonly Finding[],
  nowMs: number,
  observedGeneration: number,
): readonly Condition[] {
  return findings.map((finding) => {
    const before = previous.find(({ type }) => type === finding.type);
    const isSame = before?.status === finding.status;
    const lastTransitionTime = isSame ? before.lastTransitionTime : iso(nowMs);
    return { ...finding, lastTransitionTime, observedGeneration };
  });
}
