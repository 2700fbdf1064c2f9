/** When the windows of a schedule open, by its calendar. */
import { Cron } from 'croner';
import type { ClockSchedule } from '../api/schedule.ts';

/** What of a schedule its windows depend on. */
type Opening = Pick<ClockSchedule, 'opens' | 'timeZone' | 'durationSeconds'>;

export interface Window {
  /** The newest start of a window that is open. */
  readonly openedMs?: number;
  /** While none is open: the next start, if there is one. */
  readonly opensMs?: number;
}

/** Windows as found at `fromMs`; until just before `untilMs` they stay what they are. */
interface Found {
  readonly window: Window;
  readonly fromMs: number;
  readonly untilMs: number;
}

/** A calendar costs more than all the rest of a decision, and its answer holds for hours. */
const found = new Map<string, Found>();
const MOST_FOUND = 10_000;

/**
 * The newest start of a window that is open, else the next start. A start counts if it lies after
 * `now − duration`; the end itself is outside. Clock changes are the calendar's: a time that does not
 * exist opens when the clock has jumped, one that exists twice opens once.
 */
export function windowAt(opening: Opening, nowMs: number): Window {
  const key = `${opening.opens} ${opening.timeZone} ${opening.durationSeconds}`;
  const known = found.get(key);
  if (known && known.fromMs <= nowMs && nowMs < known.untilMs) return known.window;
  const next = findWindow(opening, nowMs);
  if (found.size >= MOST_FOUND) found.clear();
  found.set(key, next);
  return next.window;
}

function findWindow({ opens, timeZone, durationSeconds }: Opening, nowMs: number): Found {
  const calendar = new Cron(opens, { timezone: timeZone, paused: true });
  const durationMs = durationSeconds * 1000;
  const first = calendar.nextRun(new Date(nowMs - durationMs))?.getTime();
  if (first === undefined) return { window: {}, fromMs: nowMs, untilMs: Infinity };
  if (first > nowMs) return { window: { opensMs: first }, fromMs: nowMs, untilMs: first };
  const following = calendar.nextRun(new Date(nowMs))?.getTime() ?? Infinity;
  const second = calendar.nextRun(new Date(first))?.getTime() ?? Infinity;
  const isNewest = second > nowMs;
  const newest = isNewest ? first : calendar.previousRuns(1, new Date(nowMs + 1))[0]?.getTime();
  const openedMs = newest ?? first;
  return {
    window: { openedMs },
    fromMs: nowMs,
    untilMs: Math.min(following, openedMs + durationMs),
  };
}
