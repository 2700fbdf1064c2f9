/** Everything one pass saw of the world: plain, serializable, and all that a decision may depend on. */
import type { PodObservation } from './pod.ts';
import type { Reading } from './reading.ts';

/** The readings of one metric. A Queue metric has depth as `value` and, where asked for, the two rates beside it. */
export interface MetricReadings {
  readonly value: Reading;
  /** Jobs added per second over all replicas; Queue only. */
  readonly arrivals?: Reading;
  /** Jobs completed per second over all replicas; Queue only. */
  readonly completions?: Reading;
}

export interface GuardReadings {
  readonly value: Reading;
  /** Not 0: the bottleneck is elsewhere. 0 or absent: it is not. Left out where the guard has no `unless`. */
  readonly unless?: Reading;
}

export interface PoolWait {
  /** Name of the ConnectionBudget. */
  readonly budget: string;
  /** Names of the metrics and guards that read poolers. */
  readonly metrics: readonly string[];
  readonly guards: readonly string[];
}

export interface Observation {
  /** When the pass began, milliseconds since the epoch: the only clock of a decision. */
  readonly nowMs: number;
  /** `spec.replicas` of the scale: what was asked for, never the count of pods. */
  readonly currentReplicas: number;
  /** The field manager that changed them since the last pass, where known. */
  readonly changedBy?: string;
  readonly readyReplicas: number;
  /** Pods that exist and are not Ready yet. */
  readonly startingReplicas: number;
  /** From the order of a pod to its readiness, as measured; absent until known. */
  readonly leadTimeSeconds?: number;
  /** By metric name; one entry for every metric of the profile, of a resource metric only when it failed. */
  readonly readings: Readonly<Record<string, MetricReadings>>;
  /** By metric name, over `burst.windowSeconds`; where the profile has a burst. */
  readonly burstReadings?: Readonly<Record<string, Reading>>;
  /** By guard name. */
  readonly guardReadings?: Readonly<Record<string, GuardReadings>>;
  /** By schedule name; of schedules by query. */
  readonly scheduleReadings?: Readonly<Record<string, Reading>>;
  /** There while clients wait for connections of a budget that is spent. */
  readonly poolWait?: PoolWait;
  /** The target's pods, in no order; there when a resource metric needs them. */
  readonly pods?: readonly PodObservation[];
}
