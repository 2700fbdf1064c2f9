/** Strategy Adaptive for one metric: level, rise, headroom, cost and act, composed into a proposal. */
import { type ActSettings, act, type Hold, holdNeed } from './act.ts';
import { type CostMemory, type CostSettings, governCost, noCost } from './cost.ts';
import { needFor, scoreForecast, withHeadroom } from './headroom.ts';
import { bestWindow, LEVEL_WINDOWS_SECONDS, levels, type PerWindow, scoreLevels } from './level.ts';
import { type SeenLoads, seeLoad } from './loads.ts';
import { EMPTY_RING, minuteOf, type Ring, rememberMinute } from './ring.ts';
import { foreseeRises, type Rises } from './rise.ts';
import { sentenceOf } from './sentence.ts';
import { believedRise, NO_RECORDS, type Records, scoreRises } from './trust.ts';

/** Spare time between an order and its use: half a query window. */
const SPARE_SECONDS = 15;
/** Passes further apart than so many sync periods leave a gap. */
const MOST_PASSES_APART = 3;

export interface AdaptiveSettings extends ActSettings, CostSettings {
  /** From the order of a pod to its readiness. */
  readonly leadTimeSeconds: number;
}

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

/** All that a restart must not forget: plain, bounded, a few kilobytes. */
export interface KeptMemory {
  readonly loads: SeenLoads;
  /** Of the passes within the horizon, oldest first. */
  readonly forecasts: readonly Forecast[];
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

export interface AdaptiveProposal {
  /** Before bounds. */
  readonly replicas: number;
  /** Replicas that the forecast calls for, as a fraction. */
  readonly need: number;
  readonly reason: string;
  readonly memory: AdaptiveMemory;
}

/** Before the first pass: nothing falls for one hold. */
export function noAdaptiveMemory(
  nowMs: number,
  settings: AdaptiveSettings,
  ring: Ring = EMPTY_RING,
): AdaptiveMemory {
  const kept = {
    loads: [],
    forecasts: [],
    levelErrors: LEVEL_WINDOWS_SECONDS.map(() => 0),
    records: NO_RECORDS,
    variance: 0,
    cost: noCost(settings),
    hold: { needs: [], freshSinceMs: nowMs },
    minute: { minute: minuteOf(nowMs), highest: 0 },
  };
  return { kept, ring };
}

/** The memory after a pass whose reading failed: what is held now is held until fresh readings have lasted. */
export function afterFailedReading(memory: AdaptiveMemory, nowMs: number): AdaptiveMemory {
  const { kept } = memory;
  return { ...memory, kept: { ...kept, hold: { ...kept.hold, freshSinceMs: nowMs } } };
}

/** One pass over one metric with an AverageValue target and a good reading. */
export function proposeAdaptively(
  view: AdaptiveView,
  settings: AdaptiveSettings,
  memory: AdaptiveMemory,
): AdaptiveProposal {
  const { nowMs, load, currentReplicas } = view;
  const { capacityPerReplica, holdSeconds } = settings;
  const lagSeconds = Math.max(0, nowMs - view.sampleAtMs) / 1000;
  const horizonSeconds = horizonOf(settings, lagSeconds);
  const before = afterGap(memory, nowMs, settings.syncPeriodSeconds);
  const seen = remember(before, view, horizonSeconds + settings.syncPeriodSeconds);
  const { kept, ring } = score(seen, view, horizonSeconds, settings);
  const cost = governCost(
    kept.cost,
    { nowMs, lagSeconds, currentReplicas, loads: kept.loads },
    settings,
  );

  const means = levels(kept.loads, nowMs);
  const window = bestWindow(kept.levelErrors);
  const level = means[window] ?? load;
  const rises = foreseeRises({
    nowMs,
    load,
    horizonSeconds,
    capacityPerReplica,
    loads: kept.loads,
    ring,
  });
  const addition = believedRise(kept.records, rises, load, capacityPerReplica);
  const total = level + addition.load;
  const upper = withHeadroom(
    { forecast: total, addition: addition.load, load, variance: kept.variance },
    capacityPerReplica,
  );
  const need = needFor(upper, cost.gain, capacityPerReplica);
  const hold = holdNeed(kept.hold, nowMs, need, holdSeconds);
  const forecast = { atMs: nowMs, load, levels: means, rises, total };

  return {
    replicas: act(hold, nowMs, currentReplicas, settings),
    need,
    reason: sentenceOf({
      level,
      windowSeconds: LEVEL_WINDOWS_SECONDS[window] ?? 0,
      addition,
      headroom: upper - total,
      gain: cost.gain,
      costRatio: settings.costRatio,
    }),
    memory: {
      kept: { ...kept, forecasts: [...kept.forecasts, forecast], cost, hold },
      ring,
    },
  };
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

/** Passes that were missed count as failed readings: what was needed meanwhile is not known. */
function afterGap(
  memory: AdaptiveMemory,
  nowMs: number,
  syncPeriodSeconds: number,
): AdaptiveMemory {
  const lastMs = memory.kept.loads.at(-1)?.atMs ?? nowMs;
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
  const forecasts = kept.forecasts.filter(({ atMs }) => atMs > dueMs - halfPassMs);
  const due = forecasts.find(({ atMs }) => atMs <= dueMs + halfPassMs);
  if (!due) return { kept: { ...kept, forecasts }, ring };
  const scored = {
    levelErrors: scoreLevels(kept.levelErrors, due.levels, load, syncPeriodSeconds),
    records: scoreRises(kept.records, due.rises, load - due.load, syncPeriodSeconds),
    variance: scoreForecast(kept.variance, due.total, load, capacityPerReplica, syncPeriodSeconds),
  };
  return { kept: { ...kept, ...scored, forecasts }, ring };
}
