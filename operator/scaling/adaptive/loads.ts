/** The loads seen lately, and their means over windows longer than the query's own. */

/** The window of every Adaptive query, `$window`: a load is a mean rate over it. */
export const QUERY_WINDOW_SECONDS = 30;

/** One load as a pass read it. */
export interface SeenLoad {
  readonly atMs: number;
  /** Over all replicas, in the metric's unit; >= 0. */
  readonly load: number;
}

/** Oldest first, at distinct times. */
export type SeenLoads = readonly SeenLoad[];

/**
 * Append a load; what is older than `keepSeconds` is forgotten, save the one just before, for interpolation.
 * Should the clock have gone back, what it contradicts is forgotten too.
 */
export function seeLoad(past: SeenLoads, seen: SeenLoad, keepSeconds: number): SeenLoads {
  const loads = past.slice(0, firstNotBefore(past, seen.atMs));
  const cutoffMs = seen.atMs - keepSeconds * 1000;
  const firstInside = loads.findIndex(({ atMs }) => atMs > cutoffMs);
  const kept = firstInside < 0 ? loads.slice(-1) : loads.slice(Math.max(0, firstInside - 1));
  return [...kept, seen];
}

/** The load at a time, linear between two passes; undefined before the first, the newest after the last. */
export function loadAt(loads: SeenLoads, atMs: number): number | undefined {
  const next = firstNotBefore(loads, atMs);
  const after = loads[next];
  const before = loads[next - 1];
  if (!after) return before?.load;
  if (after.atMs === atMs) return after.load;
  if (!before) return undefined;
  const share = (atMs - before.atMs) / (after.atMs - before.atMs);
  return before.load + share * (after.load - before.load);
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
function firstNotBefore(loads: SeenLoads, atMs: number): number {
  let low = 0;
  let high = loads.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((loads[middle]?.atMs ?? Infinity) < atMs) low = middle + 1;
    else high = middle;
  }
  return low;
}
