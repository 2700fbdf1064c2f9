/** The ring: the highest load seen in each minute of the last eight days, the memory of the seasons. */
import { decodeLoad, encodeLoad, UNSEEN } from './short-load.ts';

const MINUTE_MS = 60_000;
const DAY_MINUTES = 1440;
const DAYS = 8;
const RING_MINUTES = DAYS * DAY_MINUTES;
const UNSEEN_DAY = new Uint16Array(DAY_MINUTES).fill(UNSEEN);
const UNSEEN_DAYS: readonly Uint16Array[] = Array(DAYS).fill(UNSEEN_DAY);

/** In days, so that a new minute copies one of them and not all; 23 kB when full. */
export interface Ring {
  /** The last minute since the epoch that it reaches to. */
  readonly newest: number;
  /** Loads as `encodeLoad` writes them; a minute lies in day `floor(minute / 1440) % 8` at `minute % 1440`. Nobody writes to them. */
  readonly days: readonly Uint16Array[];
}

export const EMPTY_RING: Ring = { newest: 0, days: UNSEEN_DAYS };

/** A minute since the epoch, and the highest load in it. */
export type SeenMinute = readonly [minute: number, highest: number];

/** Minutes since the epoch. */
export function minuteOf(atMs: number): number {
  return Math.floor(atMs / MINUTE_MS);
}

/** The ring with `highest` at `minute`, without what is older than eight days; minutes before those are ignored. */
export function rememberMinute(ring: Ring, minute: number, highest: number): Ring {
  const { newest, days } = reach(ring, minute);
  const slot = slotOf(minute);
  const day = days[slot];
  if (!day || minute <= newest - RING_MINUTES) return ring;
  return { newest, days: days.with(slot, day.with(minute % DAY_MINUTES, encodeLoad(highest))) };
}

/** Highest load seen in a minute; undefined if nothing was. */
export function highestIn({ newest, days }: Ring, minute: number): number | undefined {
  if (minute > newest || minute <= newest - RING_MINUTES) return undefined;
  return decodeLoad(days[slotOf(minute)]?.[minute % DAY_MINUTES] ?? UNSEEN);
}

/** Highest load seen from one minute to another, both included; undefined if any of them is missing. */
export function highestBetween(ring: Ring, first: number, last: number): number | undefined {
  let highest = 0;
  for (let minute = first; minute <= last; minute += 1) {
    const seen = highestIn(ring, minute);
    if (seen === undefined) return undefined;
    if (seen > highest) highest = seen;
  }
  return highest;
}

/** The first minute that the ring reaches back to. */
export function oldestOf({ newest }: Ring): number {
  return Math.max(0, newest - RING_MINUTES + 1);
}

/** Every minute that was seen, with its highest load, oldest first. */
export function seenMinutes(ring: Ring): readonly SeenMinute[] {
  const first = oldestOf(ring);
  return Array.from({ length: ring.newest - first + 1 }, (_, index) => first + index).flatMap(
    (minute) => {
      const highest = highestIn(ring, minute);
      return highest === undefined ? [] : [[minute, highest] as const];
    },
  );
}

/** The same as minute after minute remembered, without a copy for each. */
export function rememberMinutes(ring: Ring, seen: readonly SeenMinute[]): Ring {
  const newest = seen.reduce((last, [minute]) => Math.max(last, minute), ring.newest);
  const reached = reach(ring, newest);
  const written = new Set(seen.map(([minute]) => slotOf(minute)));
  const days = reached.days.map((day, slot) => (written.has(slot) ? day.slice() : day));
  for (const [minute, highest] of seen) {
    if (minute > newest - RING_MINUTES) {
      days[slotOf(minute)]?.set([encodeLoad(highest)], minute % DAY_MINUTES);
    }
  }
  return { newest, days };
}

function slotOf(minute: number): number {
  return Math.floor(minute / DAY_MINUTES) % DAYS;
}

/** The ring up to `minute`; what it overwrites is eight days old. A day in which nothing is seen stays shared. */
function reach(ring: Ring, minute: number): Ring {
  const skipped = minute - ring.newest - 1;
  if (skipped < 0) return ring;
  if (skipped >= RING_MINUTES) return { newest: minute, days: UNSEEN_DAYS };
  const days = [...ring.days];
  for (let gap = ring.newest + 1; gap < minute; gap += 1) {
    const slot = slotOf(gap);
    if (days[slot]?.[gap % DAY_MINUTES] === UNSEEN) continue;
    if (days[slot] === ring.days[slot]) days[slot] = ring.days[slot]?.slice() ?? UNSEEN_DAY;
    days[slot]?.fill(UNSEEN, gap % DAY_MINUTES, (gap % DAY_MINUTES) + 1);
  }
  return { newest: minute, days };
}
