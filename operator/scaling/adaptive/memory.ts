/** What Adaptive remembers of one metric, and what each pass adds to it before anything is forecast. */
import type { Hold } from './act.ts';
import { type CostMemory, noCost } from './cost.ts';
import { scoreForecast } from './headroom.ts';
import { LEVEL_WINDOWS_SECONDS, type PerWindow, scoreLevels } from './level.ts';
import { NO_LOADS, type SeenLoads, seeLoad } from './loads.ts';
import { EMPTY_RING, minuteOf, type Ring, rememberMinute } from './ring.ts';
import type { Rises } from './rise.ts';
import type { AdaptiveSettings } from './settings.ts';
import { NO_RECORDS, type Records, scoreRises } from './trust.ts';

/** Passes further apart than so many sync periods leave a gap. */
const MOST_PASSES_APART = 3;

/** What a pass saw of one metric. */
export interface AdaptiveView {
  readonly nowMs: number;
  /** Over all replicas; >= 0. */
  readonly load: number;
  /** Time of the newest sample. */
  readonly sampleAtMs: number;
  /** As asked of the target, starting pods included. */
  readonly currentReplicas: number;
}

/** What a pass foretold, kept until it can be compared with what came. */
export interface Forecast {
  readonly atMs: number;
  readonly load: number;
  readonly levels: PerWindow;
  readonly rises: Rises;
  /** Level and addition. */
  readonly total: number;
}

/**
 * A forecast as it is kept, in memory as in status: its time, load, three levels, rises by trend, day and week, and total.
 * A row of plain numbers takes less memory than the objects.
 */
export type ForecastRow = readonly number[];

/** `forecastOf` is its inverse. */
export function rowOf({ atMs, load, levels, rises, total }: Forecast): ForecastRow {
  return [atMs, load, ...levels, rises.trend, rises.day, rises.week, total];
}

function forecastOf(row: ForecastRow): Forecast {
  const [atMs = 0, load = 0, short = 0, middle = 0, long = 0, ...rest] = row;
  const [trend = 0, day = 0, week = 0, total = 0] = rest;
  return { atMs, load, levels: [short, middle, long], rises: { trend, day, week }, total };
}

/** All that a restart must not forget: plain, bounded, a few kilobytes. */
export interface KeptMemory {
  readonly loads: SeenLoads;
  /** Of the passes within the horizon, oldest first. */
  readonly forecasts: readonly ForecastRow[];
  readonly levelErrors: PerWindow;
  readonly records: Records;
  readonly variance: number;
  readonly cost: CostMemory;
  readonly hold: Hold;
  /** The highest load of the minute that is not over yet. */
  readonly minute: { readonly minute: number; readonly highest: number };
}

export interface AdaptiveMemory {
  readonly kept: KeptMemory;
  /** Rebuilt from history after a restart: too big for a status. */
  readonly ring: Ring;
}

/** Before the first pass: nothing falls for one hold. */
export function noAdaptiveMemory(nowMs: number, settings: AdaptiveSettings): AdaptiveMemory {
  const kept = {
    loads: NO_LOADS,
    forecasts: [],
    levelErrors: LEVEL_WINDOWS_SECONDS.map(() => 0),
    records: NO_RECORDS,
    variance: 0,
    cost: noCost(settings),
    hold: { needs: [], freshSinceMs: nowMs },
    minute: { minute: minuteOf(nowMs), highest: 0 },
  };
  return { kept, ring: EMPTY_RING };
}

/** The memory after a pass whose reading failed: what is held now is held until fresh readings have lasted. */
export function afterFailedReading(memory: AdaptiveMemory, nowMs: number): AdaptiveMemory {
  const { kept } = memory;
  return { ...memory, kept: { ...kept, hold: { ...kept.hold, freshSinceMs: nowMs } } };
}

/** The memory with a good reading in it: seen, and every forecast that was due for it judged. */
export function learn(
  memory: AdaptiveMemory,
  view: AdaptiveView,
  horizonSeconds: number,
  settings: AdaptiveSettings,
): AdaptiveMemory {
  const { syncPeriodSeconds } = settings;
  const before = afterGap(memory, view.nowMs, syncPeriodSeconds);
  const seen = remember(before, view, horizonSeconds + syncPeriodSeconds);
  return score(seen, view, horizonSeconds, settings);
}

/** Passes that were missed count as failed readings: what was needed meanwhile is not known. */
function afterGap(
  memory: AdaptiveMemory,
  nowMs: number,
  syncPeriodSeconds: number,
): AdaptiveMemory {
  const lastMs = memory.kept.loads.timesMs.at(-1) ?? nowMs;
  const isGap = nowMs - lastMs > MOST_PASSES_APART * syncPeriodSeconds * 1000;
  return isGap ? afterFailedReading(memory, nowMs) : memory;
}

/** The memory with the new load in it, and with the last minute in the ring once it is over. */
function remember(before: AdaptiveMemory, view: AdaptiveView, keepSeconds: number): AdaptiveMemory {
  const { nowMs, load } = view;
  const { kept, ring } = before;
  const longest = Math.max(keepSeconds, ...LEVEL_WINDOWS_SECONDS);
  const loads = seeLoad(kept.loads, { atMs: nowMs, load }, longest);
  const minute = minuteOf(nowMs);
  if (minute === kept.minute.minute) {
    const highest = Math.max(load, kept.minute.highest);
    return { kept: { ...kept, loads, minute: { minute, highest } }, ring };
  }
  return {
    kept: { ...kept, loads, minute: { minute, highest: load } },
    ring: rememberMinute(ring, kept.minute.minute, kept.minute.highest),
  };
}

/** The memory after the forecast made one horizon ago was compared with what came. */
function score(
  memory: AdaptiveMemory,
  { nowMs, load }: AdaptiveView,
  horizonSeconds: number,
  { capacityPerReplica, syncPeriodSeconds }: AdaptiveSettings,
): AdaptiveMemory {
  const { kept, ring } = memory;
  const dueMs = nowMs - horizonSeconds * 1000;
  const halfPassMs = syncPeriodSeconds * 500;
  const forecasts = kept.forecasts.filter(([atMs = 0]) => atMs > dueMs - halfPassMs);
  const row = forecasts.find(([atMs = 0]) => atMs <= dueMs + halfPassMs);
  if (!row) return { kept: { ...kept, forecasts }, ring };
  const due = forecastOf(row);
  const scored = {
    levelErrors: scoreLevels(kept.levelErrors, due.levels, load, syncPeriodSeconds),
    records: scoreRises(kept.records, due.rises, load - due.load, syncPeriodSeconds),
    variance: scoreForecast(kept.variance, due.total, load, capacityPerReplica, syncPeriodSeconds),
  };
  return { kept: { ...kept, ...scored, forecasts }, ring };
}
