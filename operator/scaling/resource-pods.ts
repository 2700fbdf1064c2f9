/** Pods of a target sorted by what their samples are worth, as the HorizontalPodAutoscaler does. */
import type { ResourceMetric } from '../api/metric.ts';
import type { Amounts, PodObservation } from './pod.ts';

type Resource = ResourceMetric['resource'];

/** For so long after its start a pod's CPU may be that of starting up. */
const CPU_INITIALIZATION_MS = 300_000;
/** A pod not Ready whose condition last changed this soon after its start has never been Ready. */
const INITIAL_READINESS_MS = 30_000;

/** A pod whose use counts; millicores or bytes. */
interface UsedPod {
  readonly pod: PodObservation;
  readonly usage: number;
}

export interface PodGroups {
  /** Whose samples are taken as they are. */
  readonly ready: readonly UsedPod[];
  /** Not at work yet: Pending, or with a CPU sample that says more of their start than of the load. */
  readonly unready: readonly PodObservation[];
  /** Without a sample. */
  readonly missing: readonly PodObservation[];
}

/**
 * Sort the pods. The first that fits:
 *
 * | pod | group |
 * | --- | --- |
 * | being deleted, or Failed | none: ignored |
 * | Pending | unready |
 * | without a sample of the resource | missing |
 * | CPU, without Ready condition or start time | unready |
 * | CPU, started less than 300 s ago: not Ready, or sampled from before it became Ready | unready |
 * | CPU, started earlier: not Ready since less than 30 s after its start | unready |
 * | any other | ready |
 */
export function groupPods(
  pods: readonly PodObservation[],
  resource: Resource,
  nowMs: number,
): PodGroups {
  const ready: UsedPod[] = [];
  const unready: PodObservation[] = [];
  const missing: PodObservation[] = [];
  for (const pod of pods.filter(({ deleting, phase }) => !deleting && phase !== 'Failed')) {
    const usage = usageOf(pod, resource);
    if (pod.phase === 'Pending') unready.push(pod);
    else if (usage === undefined) missing.push(pod);
    else if (resource.name === 'cpu' && isStarting(pod, nowMs)) unready.push(pod);
    else ready.push({ pod, usage });
  }
  return { ready, unready, missing };
}

function isStarting(pod: PodObservation, nowMs: number): boolean {
  const { ready, startedAtMs, readyTransitionAtMs = Number.NEGATIVE_INFINITY } = pod;
  if (ready === undefined || startedAtMs === undefined) return true;
  if (startedAtMs + CPU_INITIALIZATION_MS > nowMs) {
    const { sampleStartMs = nowMs } = pod;
    return !ready || sampleStartMs < readyTransitionAtMs;
  }
  return !ready && startedAtMs + INITIAL_READINESS_MS > readyTransitionAtMs;
}

/** Of the one container, or of all together; a sample that lacks a part is none. */
function usageOf({ usage = {} }: PodObservation, { name, container }: Resource) {
  if (container !== undefined) return usage[container]?.[name];
  return sumOf(Object.values(usage), name);
}

function sumOf(amounts: readonly Amounts[], name: Resource['name']): number | undefined {
  const known = amounts.flatMap((each) => each[name] ?? []);
  return known.length === 0 || known.length < amounts.length
    ? undefined
    : known.reduce((sum, each) => sum + each, 0);
}

export type FoundRequest =
  | { readonly ok: true; readonly amount: number }
  | { readonly ok: false; readonly message: string };

/**
 * What a pod requests of the resource: as a whole, or its containers together, or the one container.
 * A pod that has no such container requests nothing of it and has no sample either.
 *
 * @returns the amount in millicores or bytes, or what is not requested, for people
 */
export function requestOf(pod: PodObservation, { name, container }: Resource): FoundRequest {
  const missing = (where: string): FoundRequest => ({
    ok: false,
    message: `pod ${pod.name} has no ${name} request${where}: its utilization is unknown`,
  });
  if (container === undefined && pod.podRequests) {
    const amount = pod.podRequests[name];
    return amount === undefined ? missing('') : { ok: true, amount };
  }
  const containers = [...new Set([...Object.keys(pod.requests), ...Object.keys(pod.usage ?? {})])];
  if (containers.length === 0) return missing(container ? ` in container ${container}` : '');
  const counted = containers.filter((each) => container === undefined || each === container);
  const without = counted.find((each) => pod.requests[each]?.[name] === undefined);
  if (without !== undefined) return missing(` in container ${without}`);
  return {
    ok: true,
    amount:
      sumOf(
        counted.map((each) => pod.requests[each] ?? {}),
        name,
      ) ?? 0,
  };
}
