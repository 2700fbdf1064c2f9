/** Replicas from what pods use of CPU or memory: the HorizontalPodAutoscaler's rules, with what it assumes of pods it cannot see. */
import type { ResourceMetric } from '../api/metric.ts';
import type { PodObservation } from './pod.ts';
import type { FailureReason } from './reading.ts';
import { isWithin, type Tolerances, whole } from './replicas.ts';
import { requestOf as findRequest, groupPods, type PodGroups } from './resource-pods.ts';
import { type Counted, scaleOf } from './resource-scale.ts';

export interface ResourceNeed {
  readonly ok: true;
  /** Before bounds and behavior. */
  readonly replicas: number;
  /** Over the pods that count: whole percent of the requests, or cores or bytes a pod. */
  readonly value: number;
  /** When the newest sample that counts was taken; undefined where samples do not say. */
  readonly sampledAtMs?: number;
  /** The groups of pods, and what was assumed of those without a usable sample. */
  readonly message: string;
}

export interface NoNeed {
  readonly ok: false;
  readonly reason: FailureReason;
  readonly message: string;
}

/**
 * Replicas so that the pods come to the target.
 *
 *     replicas = ceil(value / target × pods that count)
 *
 * Where a pod has no usable sample the ratio is taken again with an assumption that speaks against moving:
 * missing pods use what they request (or the target, if it is higher) when the ratio is below 1 and nothing when it is
 * above; unready pods use nothing when it is above. If that ratio is within tolerance or on the other side of 1, or
 * asks for a count on the other side of the current one, nothing moves.
 *
 * @param currentReplicas as asked of the target
 * @see https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/#algorithm-details
 */
export function replicasForResource(
  { resource, target }: Pick<ResourceMetric, 'resource' | 'target'>,
  pods: readonly PodObservation[],
  currentReplicas: number,
  tolerances: Tolerances,
  nowMs: number,
): ResourceNeed | NoNeed {
  const groups = groupPods(pods, resource, nowMs);
  const { ready, unready, missing } = groups;
  if (ready.length === 0) return nothingSeen(groups);
  const requests = target.type === 'Utilization' ? requestsOf(groups, resource) : noRequests;
  if ('ok' in requests) return requests;

  const requestOf = (pod: PodObservation) => requests.get(pod) ?? 0;
  const count = (pod: PodObservation, usage: number): Counted => ({
    usage,
    request: requestOf(pod),
  });
  const scale = scaleOf(resource.name, target);
  const seen = ready.map(({ pod, usage }) => count(pod, usage));
  const measured = scale.measure(seen);
  if (measured === undefined) {
    return { ok: false, reason: 'invalid', message: `the pods request 0 of ${resource.name}` };
  }
  const { ratio } = measured;
  const assumed = [
    ...(ratio === 1 ? [] : missing).map((pod) =>
      count(pod, ratio < 1 ? scale.mostLikely(requestOf(pod)) : 0),
    ),
    ...(ratio > 1 ? unready : []).map((pod) => count(pod, 0)),
  ];
  const isWhole = missing.length === 0 && assumed.length === 0;
  const corrected = (isWhole ? measured : scale.measure([...seen, ...assumed])) ?? measured;
  const proposed = whole(corrected.ratio * (seen.length + assumed.length));
  const isHeld =
    isWithin(corrected.ratio, tolerances) ||
    (!isWhole && turns(ratio, corrected.ratio, proposed - currentReplicas));
  const sampledAtMs = newest(groups);
  return {
    ok: true,
    replicas: isHeld ? currentReplicas : proposed,
    value: scale.toReading(measured.value),
    ...(sampledAtMs !== undefined && { sampledAtMs }),
    message: [
      `${ready.length} pods sampled`,
      ...(unready.length > 0 ? [`${unready.length} unready`] : []),
      ...(missing.length > 0 ? [`${missing.length} without a sample`] : []),
      ...(isWhole ? [] : [`${scale.toReading(corrected.value)} with these as assumed`]),
    ].join(', '),
  };
}

/** Whether what is assumed turned the ratio round, or asks for a change against it. */
function turns(before: number, after: number, change: number): boolean {
  if (before < 1) return after > 1 || change > 0;
  return after < 1 || change < 0;
}

function nothingSeen({ unready, missing }: PodGroups): NoNeed {
  const why =
    unready.length + missing.length === 0
      ? 'the target has no pods'
      : `no pod has a usable sample: ${unready.length} unready, ${missing.length} without one`;
  return { ok: false, reason: 'absent', message: why };
}

/** An average needs none. */
const noRequests: ReadonlyMap<PodObservation, number> = new Map();

/** By pod; or why one cannot be known. */
function requestsOf(
  { ready, unready, missing }: PodGroups,
  resource: ResourceMetric['resource'],
): ReadonlyMap<PodObservation, number> | NoNeed {
  const requests = new Map<PodObservation, number>();
  for (const pod of [...ready.map((each) => each.pod), ...unready, ...missing]) {
    const found = findRequest(pod, resource);
    if (!found.ok) return { ok: false, reason: 'invalid', message: found.message };
    requests.set(pod, found.amount);
  }
  return requests;
}

function newest({ ready }: PodGroups): number | undefined {
  const times = ready.flatMap(({ pod }) => pod.sampleAtMs ?? []);
  return times.length === 0 ? undefined : Math.max(...times);
}
