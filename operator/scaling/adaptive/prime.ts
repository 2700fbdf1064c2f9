/** Seasons and trust from history: what a restart, or a first start, takes over from Prometheus. */
import type { SeenLoad } from './loads.ts';
import type { AdaptiveMemory } from './memory.ts';
import {
  highestIn,
  minuteOf,
  oldestOf,
  type Ring,
  rememberMinutes,
  type SeenMinute,
  seenMinutes,
} from './ring.ts';
import { foreseeRises } from './rise.ts';
import { type AdaptiveSettings, horizonOf } from './settings.ts';
import { NO_RECORDS, type Records, scoreRises, type TrackRecord } from './trust.ts';

const MINUTE_MS = 60_000;
/** A minute's last pass of those every 5 s. */
const LAST_PASS_MS = 55_000;
const LAG_SECONDS = 5;

/**
 * The minutes of a history whose points are the highest loads of the minutes that end at their times.
 *
 * @param history oldest first, one point a minute, the highest load of the minute that ends with it:
 *   `max_over_time(sum(rate(...[30s]))[1m:5s])`, step 60 s, at the 55th second of each minute, so that it looks
 *   at the same moments as passes every 5 s do
 */
export function minutesOf(history: readonly SeenLoad[]): readonly SeenMinute[] {
  return history.map(({ atMs, load }) => [minuteOf(atMs - 1), load]);
}

/**
 * The memory with its ring taken from history, what it has seen itself since kept on top, and for
 * each forecaster without a record of its own one by replay of that history, minute by minute.
 */
export function prime(
  memory: AdaptiveMemory,
  history: Ring,
  settings: AdaptiveSettings,
): AdaptiveMemory {
  const { kept } = memory;
  const replayed = replay(history, settings);
  const { trend, day, week } = kept.records;
  const proven = (own: TrackRecord, past: TrackRecord) => (own.square > 0 ? own : past);
  const records = {
    trend: proven(trend, replayed.trend),
    day: proven(day, replayed.day),
    week: proven(week, replayed.week),
  };
  return { kept: { ...kept, records }, ring: rememberMinutes(history, seenMinutes(memory.ring)) };
}

/** The records that passes over this history would have left: each minute weighs as all the passes in it. */
function replay(ring: Ring, settings: AdaptiveSettings): Records {
  const { capacityPerReplica, syncPeriodSeconds } = settings;
  const horizonSeconds = horizonOf(settings, LAG_SECONDS);
  const ahead = Math.max(1, Math.ceil(horizonSeconds / 60));
  let records: Records = NO_RECORDS;
  for (let minute = oldestOf(ring); minute <= ring.newest - ahead; minute += 1) {
    const load = highestIn(ring, minute);
    const then = highestIn(ring, minute + ahead);
    if (load === undefined || then === undefined) continue;
    const nowMs = minute * MINUTE_MS + LAST_PASS_MS;
    const loadBefore = highestIn(ring, minute - 1);
    const view = { nowMs, load, loadBefore, horizonSeconds, capacityPerReplica, ring };
    records = scoreRises(records, foreseeRises(view), then - load, 60);
  }
  return weigh(records, 60 / syncPeriodSeconds);
}

function weigh({ trend, day, week }: Records, weight: number): Records {
  const times = ({ hit, square }: TrackRecord) => ({ hit: hit * weight, square: square * weight });
  return { trend: times(trend), day: times(day), week: times(week) };
}
