/** LEVEL: the mean that lately foretold the load best, of one short, one middling and one long window. */
import { blend, decay } from './ewma.ts';
import { meanLoad, type SeenLoads } from './loads.ts';

/** Shortest first, so that a tie goes to the quickest. */
export const LEVEL_WINDOWS_SECONDS = [30, 180, 600] as const;
const HALF_LIFE_SECONDS = 7200;

/** One number a window, in the order of `LEVEL_WINDOWS_SECONDS`. */
export type PerWindow = readonly number[];

/** The mean load over each window, up to now. */
export function levels(loads: SeenLoads, nowMs: number): PerWindow {
  return LEVEL_WINDOWS_SECONDS.map((seconds) => meanLoad(loads, nowMs, seconds));
}

/** Mean squared errors (half-life 2 h) after `load` came true of what each window had foretold. */
export function scoreLevels(
  errors: PerWindow,
  foretold: PerWindow,
  load: number,
  syncPeriodSeconds: number,
): PerWindow {
  const weight = decay(syncPeriodSeconds, HALF_LIFE_SECONDS);
  return errors.map((error, index) =>
    blend(error, (load - (foretold[index] ?? load)) ** 2, weight),
  );
}

/** Index of the window with the smallest error; ties go to the shorter one. */
export function bestWindow(errors: PerWindow): number {
  return errors.indexOf(Math.min(...errors));
}
