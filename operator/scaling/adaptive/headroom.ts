/** HEADROOM: what recent misses, the law of small numbers and the cost governor make of a forecast. */
import { blend, decay } from './ewma.ts';

const HALF_LIFE_SECONDS = 1800;
const MOST_DEVIATION = 2;
/** Square-root staffing: this many times the square root of the replicas, in replicas. */
const STAFFING = 0.354;
/** Share of the capacity that is filled on purpose: the margin is counted elsewhere. */
const FILLED_SHARE = 0.95;

/**
 * Variance of relative misses (half-life 30 min) after `load` came of what had been forecast:
 *
 *     e = (r - F) / sqrt(F^2 + c^2);  variance = EWMA(2 min(1, e^2) where e > 0, else 0)
 *
 * Only rises above the forecast count, twice, since those below cost no overload.
 */
export function scoreForecast(
  variance: number,
  forecast: number,
  load: number,
  capacityPerReplica: number,
  syncPeriodSeconds: number,
): number {
  const error = (load - forecast) / Math.hypot(forecast, capacityPerReplica);
  const miss = error > 0 ? 2 * Math.min(1, error * error) : 0;
  return blend(variance, miss, decay(syncPeriodSeconds, HALF_LIFE_SECONDS));
}

export interface ForecastLoad {
  /** Level and addition. */
  readonly forecast: number;
  readonly addition: number;
  /** As read now; a forecast below it is lifted to it. */
  readonly load: number;
  readonly variance: number;
}

/** The load to prepare for, in the metric's unit, before the governor's factor. */
export function withHeadroom(view: ForecastLoad, capacityPerReplica: number): number {
  const { forecast, addition, load, variance } = view;
  const deviation = deviationOf(variance);
  const upper = forecast + deviation * Math.hypot(forecast, capacityPerReplica);
  const covered = load > upper ? Math.max(upper, load + addition) : upper;
  return covered + STAFFING * Math.sqrt(covered * capacityPerReplica);
}

/** Replicas, as a fraction, for a load to prepare for; `gain` is the governor's exponent. */
export function needFor(upperLoad: number, gain: number, capacityPerReplica: number): number {
  return (upperLoad * Math.exp(gain)) / (FILLED_SHARE * capacityPerReplica);
}

/** What the needs of one moment have in common. */
export interface NeedView {
  readonly variance: number;
  readonly gain: number;
  readonly capacityPerReplica: number;
}

/**
 * The inverse of `needFor` after `withHeadroom`: the forecast, level and addition, that needs so many replicas while the
 * load is not above what was prepared for.
 *
 * @returns below 0 where even no load needs more at this variance
 */
export function forecastFor(need: number, view: NeedView): number {
  const { variance, gain, capacityPerReplica: capacity } = view;
  const upper = (need * FILLED_SHARE * capacity) / Math.exp(gain);
  const staffing = STAFFING * Math.sqrt(capacity);
  // upper = covered + staffing x sqrt(covered), a square equation of sqrt(covered);
  const covered = ((Math.sqrt(staffing ** 2 + 4 * upper) - staffing) / 2) ** 2;
  // covered = F + d x sqrt(F^2 + c^2), one of F, with its root extended so that d = 1 divides by nothing.
  const spread = deviationOf(variance);
  if (covered < spread * capacity) return -1;
  const root = Math.sqrt(covered ** 2 + capacity ** 2 * (1 - spread ** 2));
  return (covered ** 2 - (spread * capacity) ** 2) / (covered + spread * root);
}

function deviationOf(variance: number): number {
  return Math.min(MOST_DEVIATION, Math.sqrt(variance));
}
