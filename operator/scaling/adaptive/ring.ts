/** The ring: the highest load seen in each minute of the last eight days, the memory of the seasons. */
import { decodeLoad, encodeLoad, UNSEEN } from './short-load.ts';

const MINUTE_MS = 60_000;
const PART_MINUTES = 2 * 1440;
const PARTS = 4;
const RING_MINUTES = PARTS * PART_MINUTES;
const UNSEEN_PART = new Uint16Array(PART_MINUTES).fill(UNSEEN);
const UNSEEN_PARTS: readonly Uint16Array[] = Array(PARTS).fill(UNSEEN_PART);

/** In parts of two days, so that a new minute copies one of them and not all; 23 kB when full. */
export interface Ring {
  /** The last minute since the epoch that it reaches to. */
  readonly newest: number;
  /** Loads as `encodeLoad` writes them; a minute lies in part `floor(minute / 2880) % 4` at `minute % 2880`. Nobody writes to them. */
  readonly parts: readonly Uint16Array[];
}

export const EMPTY_RING: Ring = { newest: 0, parts: UNSEEN_PARTS };

/** A minute since the epoch, and the highest load in it. */
export type SeenMinute = readonly [minute: number, highest: number];

/** Minutes since the epoch. */
export function minuteOf(atMs: number): number {
  return Math.floor(atMs / MINUTE_MS);
}

/** The ring with `highest` at `minute`, without what is older than eight days; minutes before those are ignored. */
export function rememberMinute(ring: Ring, minute: number, highest: number): Ring {
  const { newest, parts } = reach(ring, minute);
  const slot = slotOf(minute);
  const part = parts[slot];
  if (!part || minute <= newest - RING_MINUTES) return ring;
  return { newest, parts: parts.with(slot, part.with(minute % PART_MINUTES, encodeLoad(highest))) };
}

/** Highest load seen in a minute; undefined if nothing was. */
export function highestIn({ newest, parts }: Ring, minute: number): number | undefined {
  if (minute > newest || minute <= newest - RING_MINUTES) return undefined;
  return decodeLoad(parts[slotOf(minute)]?.[minute % PART_MINUTES] ?? UNSEEN);
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
  const seen: SeenMinute[] = [];
  for (let minute = oldestOf(ring); minute <= ring.newest; minute += 1) {
    const highest = highestIn(ring, minute);
    if (highest !== undefined) seen.push([minute, highest]);
  }
  return seen;
}

/** The same as minute after minute remembered, without a copy for each. */
export function rememberMinutes(ring: Ring, seen: readonly SeenMinute[]): Ring {
  const newest = seen.reduce((last, [minute]) => Math.max(last, minute), ring.newest);
  const reached = reach(ring, newest);
  const parts = [...reached.parts];
  for (const [minute, highest] of seen) {
    const slot = slotOf(minute);
    let part = parts[slot];
    if (!part || minute <= newest - RING_MINUTES) continue;
    if (part === reached.parts[slot]) {
      part = part.slice();
      parts[slot] = part;
    }
    part[minute % PART_MINUTES] = encodeLoad(highest);
  }
  return { newest, parts };
}

function slotOf(minute: number): number {
  return Math.floor(minute / PART_MINUTES) % PARTS;
}

/** The ring up to `minute`; what it overwrites is eight days old. A part in which nothing is seen stays shared. */
function reach(ring: Ring, minute: number): Ring {
  const skipped = minute - ring.newest - 1;
  if (skipped < 0) return ring;
  if (skipped >= RING_MINUTES) return { newest: minute, parts: UNSEEN_PARTS };
  const parts = [...ring.parts];
  for (let gap = ring.newest + 1; gap < minute; gap += 1) {
    const slot = slotOf(gap);
    if (parts[slot]?.[gap % PART_MINUTES] === UNSEEN) continue;
    if (parts[slot] === ring.parts[slot]) parts[slot] = ring.parts[slot]?.slice() ?? UNSEEN_PART;
    parts[slot]?.fill(UNSEEN, gap % PART_MINUTES, (gap % PART_MINUTES) + 1);
  }
  return { newest: minute, parts };
}
