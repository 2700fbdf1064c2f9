/** ACT: when a need for replicas becomes an order, with a dead band up, a hold and a gap down. */
import { QUERY_WINDOW_SECONDS } from './loads.ts';

/** Up only beyond this share of the current replicas, */
const UP_BAND = 1.03;
/** and then somewhat further than needed; */
const UP_STRIDE = 1.1;
/** down to somewhat above the highest need held, */
const DOWN_MARGIN = 1.12;
/** and only by at least this share of the current replicas. */
const DOWN_GAP = 0.12;
/** So that a need a rounding error above a whole number stays at it. */
const EPSILON = 1e-9;

export interface Hold {
  /** Needs of the hold window that a later one has not reached: ever lower, oldest and highest first. */
  readonly needs: readonly { readonly atMs: number; readonly need: number }[];
  /** The first pass since which no reading failed. */
  readonly freshSinceMs: number;
}

export interface ActSettings {
  readonly holdSeconds: number;
  readonly minReplicas: number;
}

/** The hold with a new need in it; what is as old as the window is forgotten. */
export function holdNeed(hold: Hold, nowMs: number, need: number, holdSeconds: number): Hold {
  const sinceMs = nowMs - holdSeconds * 1000;
  const higher = hold.needs.filter((past) => past.atMs > sinceMs && past.need > need);
  return { ...hold, needs: [...higher, { atMs: nowMs, need }] };
}

/**
 * Replicas to propose for a need that `hold` already contains:
 *
 *     up:   ceil(need) > current and need > 1.03 current: ceil(1.10 need)
 *     down: m = ceil(1.12 highest need held), gap = max(1, ceil(0.12 current)), >= 2 above min + 2;
 *           m if m <= current - gap, or if m < current and m <= min
 *
 * Nothing falls before the hold and one query window have passed since the last failed reading.
 *
 * @returns the current replicas where neither holds; before bounds
 */
export function act(
  hold: Hold,
  nowMs: number,
  currentReplicas: number,
  settings: ActSettings,
): number {
  const need = hold.needs.at(-1)?.need ?? 0;
  if (wholeAbove(need) > currentReplicas && need > needToRise(currentReplicas)) {
    return wholeAbove(UP_STRIDE * need);
  }
  const blindMs = (settings.holdSeconds + QUERY_WINDOW_SECONDS) * 1000;
  if (nowMs - hold.freshSinceMs < blindMs) return currentReplicas;
  const enough = wholeAbove(DOWN_MARGIN * (hold.needs[0]?.need ?? 0));
  return enough <= mostToFall(currentReplicas, settings.minReplicas) ? enough : currentReplicas;
}

/** More are ordered when the need is above this. */
export function needToRise(currentReplicas: number): number {
  return UP_BAND * currentReplicas;
}

/** Fewer are kept when the highest need of the hold is at or below this; less than 0: never. */
export function needToFall(currentReplicas: number, minReplicas: number): number {
  return mostToFall(currentReplicas, minReplicas) / DOWN_MARGIN;
}

/** The most replicas that are far enough below the current ones to go there. */
function mostToFall(currentReplicas: number, minReplicas: number): number {
  const acrossTheGap = currentReplicas - gapBelow(currentReplicas, minReplicas);
  return Math.max(acrossTheGap, Math.min(currentReplicas - 1, minReplicas));
}

function gapBelow(currentReplicas: number, minReplicas: number): number {
  const gap = Math.max(1, wholeAbove(DOWN_GAP * currentReplicas));
  return currentReplicas > minReplicas + 2 ? Math.max(2, gap) : gap;
}

function wholeAbove(replicas: number): number {
  return Math.ceil(replicas - EPSILON);
}
