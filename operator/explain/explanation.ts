/** Why a target has the replicas it has, from the ScaleProfile and its status alone. */
import type { Decision } from '../api/decision.ts';
import type { ScaleProfile } from '../api/profile.ts';
import { isByClock } from '../api/schedule.ts';
import type { Condition, ProfileStatus } from '../api/status.ts';
import { windowAt } from '../scaling/window.ts';
import { type Change, oneFewer, oneMore } from './change.ts';

export interface Explanation {
  /** `namespace/name`. */
  readonly profile: string;
  /** `Kind/name`. */
  readonly target: string;
  readonly strategy: string;
  readonly minReplicas: number;
  readonly maxReplicas: number;
  readonly syncPeriodSeconds: number;
  /** From the order of a pod to its readiness; left out until known. */
  readonly leadTime?: LeadTime;
  /** False while the operator has not seen the latest spec. */
  readonly isUpToDate: boolean;
  /** Conditions that tell of trouble. */
  readonly troubles: readonly Pick<Condition, 'type' | 'reason' | 'message'>[];
  /** Left out until a first decision was made. */
  readonly decision?: Decision;
  readonly oneMore?: Change;
  readonly oneFewer?: Change;
  /** Windows of schedules that are closed, the next first. */
  readonly opening: readonly Opening[];
}

interface LeadTime {
  readonly seconds: number;
  /** How many pods have shown it; left out if the profile says it. */
  readonly pods?: number;
}

interface Opening {
  readonly schedule: string;
  readonly at: string;
}

const troubling: readonly Condition['type'][] = [
  'Ready',
  'AbleToScale',
  'ScalingActive',
  'SidecarsReady',
];

/** @param nowMs by the clock of whoever asks; tells only which windows are yet to open */
export function explain(
  { metadata, spec }: ScaleProfile,
  { observedGeneration, conditions = [], decision, memory, leadTime: measured }: ProfileStatus,
  nowMs: number,
): Explanation {
  const { scaleTargetRef, strategy, minReplicas, maxReplicas, syncPeriodSeconds } = spec;
  const leadTime = leadTimeOf(spec.leadTimeSeconds, measured);
  const explained = decision && { spec, decision, memory };
  return {
    profile: `${metadata.namespace}/${metadata.name}`,
    target: `${scaleTargetRef.kind}/${scaleTargetRef.name}`,
    strategy: strategy.type,
    minReplicas,
    maxReplicas,
    syncPeriodSeconds,
    ...(leadTime && { leadTime }),
    isUpToDate: observedGeneration === metadata.generation,
    troubles: conditions
      .filter(({ type, status }) => troubling.includes(type) && status !== 'True')
      .map(({ type, reason, message }) => ({ type, reason, message })),
    ...(explained && {
      decision: explained.decision,
      oneMore: oneMore(explained),
      oneFewer: oneFewer(explained),
    }),
    opening: openings(spec.schedules, nowMs),
  };
}

function leadTimeOf(
  written: number | undefined,
  measured: ProfileStatus['leadTime'],
): LeadTime | undefined {
  if (written !== undefined) return { seconds: written };
  return measured && { seconds: measured.seconds, pods: measured.samples.length };
}

function openings(schedules: ScaleProfile['spec']['schedules'], nowMs: number): readonly Opening[] {
  return schedules
    .filter(isByClock)
    .flatMap((schedule) => {
      const { opensMs } = windowAt(schedule, nowMs);
      return opensMs === undefined ? [] : [{ schedule: schedule.name, opensMs }];
    })
    .toSorted((one, other) => one.opensMs - other.opensMs)
    .map(({ schedule, opensMs }) => ({ schedule, at: new Date(opensMs).toISOString() }));
}
