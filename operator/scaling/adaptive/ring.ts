/** The ring: the highest load seen in each minute of the last eight days, the memory of the seasons. */

const MINUTE_MS = 60_000;
const MINUTES_PER_HOUR = 60;
/** Eight days and the hour that is being filled. */
const HOURS_KEPT = 8 * 24 + 1;
const UNSEEN = -1;
const UNSEEN_HOUR: readonly number[] = Array.from({ length: MINUTES_PER_HOUR }, () => UNSEEN);

/** In hours, so that a new minute copies one of them and not eight days; plain and serializable. */
export interface Ring {
  /** Hours since the epoch of the first entry of `hours`. */
  readonly firstHour: number;
  /** 60 numbers an hour; -1 where nothing was seen. */
  readonly hours: readonly (readonly number[])[];
}

export const EMPTY_RING: Ring = { firstHour: 0, hours: [] };

/** Minutes since the epoch. */
export function minuteOf(atMs: number): number {
  return Math.floor(atMs / MINUTE_MS);
}

/** The ring with `highest` at `minute`, without what is older than eight days; minutes before those are ignored. */
export function rememberMinute(ring: Ring, minute: number, highest: number): Ring {
  const hour = Math.floor(minute / MINUTES_PER_HOUR);
  const reached =
    ring.hours.length > 0 ? reach(ring, hour) : { firstHour: hour, hours: [UNSEEN_HOUR] };
  const index = hour - reached.firstHour;
  const old = reached.hours[index];
  if (!old) return reached;
  return {
    ...reached,
    hours: reached.hours.with(index, old.with(minute % MINUTES_PER_HOUR, highest)),
  };
}

/** Highest load seen in a minute; undefined if nothing was. */
export function highestIn(ring: Ring, minute: number): number | undefined {
  const hour = Math.floor(minute / MINUTES_PER_HOUR) - ring.firstHour;
  const highest = ring.hours[hour]?.[minute % MINUTES_PER_HOUR];
  return highest === UNSEEN ? undefined : highest;
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

/** Append empty hours up to `hour`, and drop the oldest beyond what is kept. */
function reach(ring: Ring, hour: number): Ring {
  const missing = hour - ring.firstHour - ring.hours.length + 1;
  if (missing <= 0) return ring;
  const added = Array.from({ length: Math.min(missing, HOURS_KEPT) }, () => UNSEEN_HOUR);
  const hours = [...ring.hours, ...added].slice(-HOURS_KEPT);
  return { firstHour: hour - hours.length + 1, hours };
}
