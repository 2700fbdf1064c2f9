/** Replicas from a ratio of load to target: the two formulas of the HorizontalPodAutoscaler for external metrics. */

/** Fractions of the target within which nothing moves, by direction. */
export interface Tolerances {
  readonly up: number;
  readonly down: number;
}

/** Replicas are 32-bit in the API of Kubernetes. */
export const mostReplicas = 2_147_483_647;

/**
 * Replicas so that each carries `target` of `total`.
 *
 *     replicas = ceil(total / target)
 *
 * While `total / (target × current)` is within tolerance, both ends included, nothing moves.
 *
 * @param total over all replicas, in the metric's unit; >= 0, counted in thousandths as the HPA does
 * @param target per replica, same unit; > 0
 * @param currentReplicas as asked of the target, not as counted: a surge must not ratchet
 * @returns a whole number >= 0, before bounds and behavior
 * @see https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/#algorithm-details
 */
export function replicasForAverage(
  total: number,
  target: number,
  currentReplicas: number,
  tolerances: Tolerances,
): number {
  const ratio = milli(total) / (milli(target) * currentReplicas);
  if (isWithin(ratio, tolerances)) return currentReplicas;
  return replicasForLoad(total, target);
}

/** `ceil(total / target)`, whatever is there now; as `replicasForAverage` beside its tolerance. */
export function replicasForLoad(total: number, target: number): number {
  return whole(milli(total) / milli(target));
}

/**
 * Replicas so that the metric itself comes to `target`, on the belief that it falls in proportion.
 *
 *     replicas = ceil(value / target × ready), from zero ceil(value / target)
 *
 * @param readyReplicas how many produced `value`; none ready proposes none, as the HPA does
 */
export function replicasForValue(
  value: number,
  target: number,
  currentReplicas: number,
  readyReplicas: number,
  tolerances: Tolerances,
): number {
  const ratio = milli(value) / milli(target);
  if (currentReplicas === 0) return whole(ratio);
  if (isWithin(ratio, tolerances)) return currentReplicas;
  return whole(ratio * readyReplicas);
}

/** `ceil`, but for what is a rounding error above a whole number. */
export function roundUp(replicas: number): number {
  const nearest = Math.round(replicas);
  const isNoise = Math.abs(replicas - nearest) <= nearest * 1e-9;
  return isNoise ? nearest : Math.ceil(replicas);
}

/** Whether nothing should move, both ends included. False for NaN and infinity, which a target at zero replicas gives. */
export function isWithin(ratio: number, { up, down }: Tolerances): boolean {
  return 1 - down <= ratio && ratio <= 1 + up;
}

function milli(value: number): number {
  return Math.round(value * 1000);
}

/** Rounded up, and no more than the API can hold. */
export function whole(replicas: number): number {
  return Math.min(mostReplicas, Math.max(0, Math.ceil(replicas)));
}
