/** The loads seen lately, and their means over windows longer than the query's own. */

/** The window of every Adaptive query, `$window`: a load is a mean rate over it. */
export const QUERY_WINDOW_SECONDS = 30;

/** One load as a pass read it. */
export interface SeenLoad {
  readonly atMs: number;
  /** Over all replicas, in the metric's unit; >= 0. */
  readonly load: number;
}

/**
 * Oldest first, at distinct times. In two columns of one length, which engines keep as plain numbers: that takes much less
 * memory than an object a load, and there are dozens of each metric.
 */
export interface SeenLoads {
  readonly timesMs: readonly number[];
  readonly loads: readonly number[];
}

export const NO_LOADS: SeenLoads = { timesMs: [], loads: [] };

/**
 * Append a load; what is older than `keepSeconds` is forgotten, save the one just before, for interpolation.
 * Should the clock have gone back, what it contradicts is forgotten too.
 */
export function seeLoad(past: SeenLoads, { atMs, load }: SeenLoad, keepSeconds: number): SeenLoads {
  const end = firstNotBefore(past, atMs);
  const cutoffMs = atMs - keepSeconds * 1000;
  const inside = past.timesMs.findIndex((timeMs) => timeMs > cutoffMs);
  const start = Math.max(0, (inside < 0 ? end : Math.min(inside, end)) - 1);
  return {
    timesMs: past.timesMs.slice(start, end).concat(atMs),
    loads: past.loads.slice(start, end).concat(load),
  };
}

/** The load at a time, linear between two passes; undefined before the first, the newest after the last. */
export function loadAt(seen: SeenLoads, atMs: number): number | undefined {
  const { timesMs, loads } = seen;
  const next = firstNotBefore(seen, atMs);
  const afterMs = timesMs[next];
  const after = loads[next];
  const beforeMs = timesMs[next - 1];
  const before = loads[next - 1];
  if (afterMs === undefined || after === undefined) return before;
  if (afterMs === atMs) return after;
  if (beforeMs === undefined || before === undefined) return undefined;
  return before + ((atMs - beforeMs) / (afterMs - beforeMs)) * (after - before);
}

/**
 * Mean load over the last `windowSeconds`, from non-overlapping query windows: at now, now - 30 s, ...
 * With less history, the mean over what there is.
 */
export function meanLoad(loads: SeenLoads, nowMs: number, windowSeconds: number): number {
  let sum = 0;
  let count = 0;
  for (let ago = 0; ago < windowSeconds; ago += QUERY_WINDOW_SECONDS) {
    const load = loadAt(loads, nowMs - ago * 1000);
    if (load === undefined) break;
    sum += load;
    count += 1;
  }
  return count > 0 ? sum / count : 0;
}

/** Index of the first load at `atMs` or later; the length where there is none. */
function firstNotBefore({ timesMs }: SeenLoads, atMs: number): number {
  let low = 0;
  let high = timesMs.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((timesMs[middle] ?? Infinity) < atMs) low = middle + 1;
    else high = middle;
  }
  return low;
}
