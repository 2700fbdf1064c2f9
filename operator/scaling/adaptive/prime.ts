/** Seasons and trust from history: what a restart, or a first start, takes over from Prometheus. */
import type { SeenLoad, SeenLoads } from './loads.ts';
import type { AdaptiveMemory } from './memory.ts';
import { minuteOf, type Ring, ringOf, type SeenMinute, seenMinutes } from './ring.ts';
import { foreseeRises } from './rise.ts';
import { type AdaptiveSettings, horizonOf } from './settings.ts';
import { NO_RECORDS, type Records, scoreRises, type TrackRecord } from './trust.ts';

const MINUTE_MS = 60_000;
const LAG_SECONDS = 5;

/** The minutes of a history whose points are the highest loads of the minutes that end at their times. */
export function minutesOf(history: SeenLoads): readonly SeenMinute[] {
  return history.map(({ atMs, load }) => [minuteOf(atMs - 1), load]);
}

/**
 * The memory with its ring taken from history, what it has seen itself since kept on top, and for
 * each forecaster without a record of its own one by replay of that history, minute by minute.
 *
 * @param history oldest first, one point a minute, the highest load of the minute that ends with it:
 *   `max_over_time(sum(rate(...[30s]))[1m:5s])`, step 60 s, at the 55th second of each minute, so that it looks
 *   at the same moments as passes every 5 s do
 */
export function prime(
  memory: AdaptiveMemory,
  history: SeenLoads,
  settings: AdaptiveSettings,
): AdaptiveMemory {
  const { kept } = memory;
  const minutes = minutesOf(history);
  const replayed = replay(history, ringOf(minutes), settings);
  const { trend, day, week } = kept.records;
  const proven = (own: TrackRecord, past: TrackRecord) => (own.square > 0 ? own : past);
  const records = {
    trend: proven(trend, replayed.trend),
    day: proven(day, replayed.day),
    week: proven(week, replayed.week),
  };
  return { kept: { ...kept, records }, ring: ringOf([...minutes, ...seenMinutes(memory.ring)]) };
}

/**
 * The records that passes over this history would have left: each minute weighs as all the passes in it.
 *
 * @param ring of the history, at most as long as the ring: seasons look back a day or a week, never ahead
 */
function replay(history: SeenLoads, ring: Ring, settings: AdaptiveSettings): Records {
  const horizonSeconds = horizonOf(settings, LAG_SECONDS);
  const ahead = Math.max(1, Math.ceil(horizonSeconds / 60));
  let records: Records = NO_RECORDS;
  for (const [index, now] of history.entries()) {
    const then = history[index + ahead];
    if (!then || then.atMs - now.atMs !== ahead * MINUTE_MS) continue;
    const rises = foreseeRises({
      ...viewAt(history, index, now),
      ...settings,
      horizonSeconds,
      ring,
    });
    records = scoreRises(records, rises, then.load - now.load, 60);
  }
  return weigh(records, 60 / settings.syncPeriodSeconds);
}

function weigh({ trend, day, week }: Records, weight: number): Records {
  const times = ({ hit, square }: TrackRecord) => ({ hit: hit * weight, square: square * weight });
  return { trend: times(trend), day: times(day), week: times(week) };
}

function viewAt(history: SeenLoads, index: number, now: SeenLoad) {
  return {
    nowMs: now.atMs - 1,
    load: now.load,
    loads: history.slice(Math.max(0, index - 2), index + 1),
  };
}
