/** Start-up times of pods, from the order to readiness: all alike, or log-normal about their median. */
import { normal, randomBy } from './random.ts';

export interface StartUp {
  /** Half of the pods are as fast. */
  readonly startupSeconds: number;
  /** Standard deviation of the times' logarithms; all pods are alike where it is left out. */
  readonly startupSpread?: number | undefined;
}

/** Quantiles of the normal distribution. */
const NORMAL_90 = 1.281_552;
const NORMAL_95 = 1.644_854;
const SEED = 1;

/** Start-up times of which half are at most `medianSeconds` and 19 of 20 at most `p95Seconds`; both more than 0. */
export function spreadOver(medianSeconds: number, p95Seconds: number): StartUp {
  const startupSpread = Math.log(p95Seconds / medianSeconds) / NORMAL_95;
  return { startupSeconds: medianSeconds, startupSpread };
}

/** What nine pods in ten need at most, as lead times are measured; whole seconds. */
export function leadSeconds({ startupSeconds, startupSpread = 0 }: StartUp): number {
  return Math.round(startupSeconds * Math.exp(NORMAL_90 * startupSpread));
}

/** The times of one pod after another, in whole seconds; the same in every run. */
export function startUps({ startupSeconds, startupSpread }: StartUp): () => number {
  if (startupSpread === undefined) return () => startupSeconds;
  const random = randomBy(SEED);
  return () => Math.round(startupSeconds * Math.exp(normal(random) * startupSpread));
}
