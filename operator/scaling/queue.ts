/** Replicas for a queue: keep up with what arrives and work off the backlog, at a rate learned from the workers. */
import { roundUp } from './replicas.ts';

/** Jobs per second of one replica, and when it was last learned from. */
export interface LearnedRate {
  readonly perSecond: number;
  readonly atMs: number;
}

export interface Learning {
  /** The profile's `ratePerReplica`; undefined: the first sample is taken as it is. */
  readonly prior: number | undefined;
  readonly learned: LearnedRate | undefined;
  readonly depth: number;
  /** Jobs per second over all replicas; undefined: unknown. */
  readonly completions: number | undefined;
  readonly currentReplicas: number;
  readonly readyReplicas: number;
  readonly syncPeriodSeconds: number;
  readonly nowMs: number;
}

const learningMs = 600_000;

/**
 * Learn what one replica completes, exponentially weighted over 10 minutes, within a quarter of and
 * four times the prior. Only a backlog deeper than the replicas shows their rate: all are busy then.
 * A pause does not make the next sample count for more than one sync period.
 *
 * @returns the rate to plan with, or undefined while nothing is known
 */
export function learnRate(learning: Learning): LearnedRate | undefined {
  const { prior, nowMs } = learning;
  // The prior may be another one than it was learned from.
  const learned = learning.learned && {
    ...learning.learned,
    perSecond: withinPrior(learning.learned.perSecond, prior),
  };
  const sample = sampleOf(learning);
  const known = learned?.perSecond ?? prior;
  if (sample === undefined) return learned;
  if (known === undefined) return { perSecond: sample, atMs: nowMs };
  const periodMs = learning.syncPeriodSeconds * 1000;
  const sinceMs = Math.max(0, Math.min(periodMs, learned ? nowMs - learned.atMs : periodMs));
  const next = known + (1 - Math.exp(-sinceMs / learningMs)) * (sample - known);
  return { perSecond: withinPrior(next, prior), atMs: nowMs };
}

function sampleOf({ depth, completions, currentReplicas, readyReplicas }: Learning) {
  const allBusy = readyReplicas > 0 && depth > Math.max(currentReplicas, readyReplicas);
  const isUsable = allBusy && completions !== undefined && completions > 0;
  return isUsable ? completions / readyReplicas : undefined;
}

function withinPrior(rate: number, prior: number | undefined): number {
  return prior === undefined ? rate : Math.min(4 * prior, Math.max(prior / 4, rate));
}

/**
 * Jobs to be done within `drainSeconds`: those there and those that will arrive.
 * This is the number a Queue metric is judged by, and what its activation is compared with.
 */
export function workOf(depth: number, arrivalsPerSecond: number, drainSeconds: number): number {
  return depth + arrivalsPerSecond * drainSeconds;
}

/**
 * Replicas that do the work in time.
 *
 *     replicas = ceil((arrivals + depth / drainSeconds) / ratePerReplica)
 *
 * @returns a whole number >= 0, before bounds and behavior
 */
export function replicasForWork(
  work: number,
  drainSeconds: number,
  ratePerReplica: number,
): number {
  return roundUp(work / (drainSeconds * ratePerReplica));
}
