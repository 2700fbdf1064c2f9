/** What a profile tells Adaptive about one metric, and how far ahead that makes it look. */
import type { ActSettings } from './act.ts';
import type { CostSettings } from './cost.ts';

/** Spare time between an order and its use: half a query window. */
const SPARE_SECONDS = 15;

export interface AdaptiveSettings extends ActSettings, CostSettings {
  /** From the order of a pod to its readiness. */
  readonly leadTimeSeconds: number;
}

/** `H T` with `H = floor((lead + T + lag + 15 s) / T)`, at least one pass: what is ordered now is ready then. */
export function horizonOf(
  settings: Pick<AdaptiveSettings, 'leadTimeSeconds' | 'syncPeriodSeconds'>,
  lagSeconds: number,
): number {
  const { leadTimeSeconds, syncPeriodSeconds } = settings;
  const wait = leadTimeSeconds + syncPeriodSeconds + lagSeconds + SPARE_SECONDS;
  return Math.max(1, Math.floor(wait / syncPeriodSeconds)) * syncPeriodSeconds;
}
