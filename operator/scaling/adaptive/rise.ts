/** RISE: how far the load will rise before what is ordered now is ready, by trend and by season. */
import { highestBetween, highestIn, minuteOf, type Ring } from './ring.ts';
import { LOAD_PRECISION } from './short-load.ts';

/** A trend is what changed within so long. */
export const TREND_SECONDS = 60;
const DAY_MINUTES = 1440;
const WEEK_MINUTES = 7 * DAY_MINUTES;
/** A day busier than the last is followed up to this factor. */
const MOST_SCALE = 1.25;
/** Share of a replica's capacity that keeps ratios of small loads calm. */
const CALM_SHARE = 0.2;

export const RISE_KINDS = ['trend', 'day', 'week'] as const;
export type RiseKind = (typeof RISE_KINDS)[number];
/** What each forecaster expects on top of the load, in its unit; >= 0. */
export type Rises = Readonly<Record<RiseKind, number>>;

export interface RiseView {
  readonly nowMs: number;
  readonly load: number;
  /** `TREND_SECONDS` ago; undefined within the first minute. */
  readonly loadBefore: number | undefined;
  readonly horizonSeconds: number;
  readonly capacityPerReplica: number;
  readonly ring: Ring;
}

/** The rises foreseen over the horizon; none of them below zero: a forecast only ever adds. */
export function foreseeRises(view: RiseView): Rises {
  return {
    trend: trendRise(view),
    day: seasonRise(view, DAY_MINUTES),
    week: seasonRise(view, WEEK_MINUTES),
  };
}

/** `max(0, r - r[60 s ago]) x horizon / 60 s`; 0 within the first minute. */
function trendRise({ load, loadBefore = load, horizonSeconds }: RiseView): number {
  return (Math.max(0, load - loadBefore) * horizonSeconds) / TREND_SECONDS;
}

/**
 * What one period ago followed this minute, scaled to today:
 *
 *     scale    = min(1.25, (r + c/5) / (min(now, previous) + c/5))
 *     expected = highest over the horizon x scale; at the limit of 1.25 no more than max(highest, r)
 *
 * @returns `max(0, expected - r)`, 0 where the ring is not that precise; 0 if any minute of it is missing
 */
function seasonRise(view: RiseView, periodMinutes: number): number {
  const { ring, nowMs, load, horizonSeconds, capacityPerReplica } = view;
  const then = minuteOf(nowMs) - periodMinutes;
  const now = highestIn(ring, then);
  const previous = highestIn(ring, then - 1);
  if (now === undefined || previous === undefined) return 0;
  const last = minuteOf(nowMs + horizonSeconds * 1000) - periodMinutes;
  const highest = highestBetween(ring, then, last);
  if (highest === undefined) return 0;
  const calm = CALM_SHARE * capacityPerReplica;
  const scale = (load + calm) / (Math.min(now, previous) + calm);
  const expected =
    scale < MOST_SCALE ? highest * scale : Math.min(highest * MOST_SCALE, Math.max(highest, load));
  const rise = expected - load;
  return rise > LOAD_PRECISION * load ? rise : 0;
}
