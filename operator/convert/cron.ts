/** From KEDA's windows, which have a start and an end, to ours, which have a start and a length. */
import { Cron } from 'croner';
import { messageOf } from '../message.ts';

/** Any Monday does: it only has to be the same each time. */
const from = new Date('2026-01-05T00:00:00Z');
/** So that every month is seen. */
const yearMs = 366 * 86_400_000;
/** Of a year; what opens more often than each day shows its lengths early. */
const mostOpenings = 400;
const longestSeconds = 604_800;

/** The words of cron that our pattern takes: names in capitals, `*` for `?`. */
export function plainCron(expression: string): string {
  return expression.trim().toUpperCase().replaceAll('?', '*').replaceAll(/\s+/g, ' ');
}

/**
 * How long a window stays open.
 *
 * @returns seconds, or an objection where there is no single answer
 */
export function windowSeconds(start: string, end: string): number | string {
  let opens: Cron;
  let closes: Cron;
  try {
    opens = new Cron(start, { timezone: 'UTC', paused: true });
    closes = new Cron(end, { timezone: 'UTC', paused: true });
  } catch (error) {
    return `no cron expression: ${messageOf(error)}`;
  }
  const lengths = new Set<number>();
  let opened = opens.nextRun(from);
  if (!opened) return 'it never opens';
  for (let count = 0; count < mostOpenings && opened; count += 1) {
    if (opened.getTime() > from.getTime() + yearMs && count > 0) break;
    const closed: Date | null = closes.nextRun(opened);
    const next: Date | null = opens.nextRun(opened);
    if (!closed) return 'it never ends';
    if (next && next < closed) return 'it starts again before it ends';
    lengths.add((closed.getTime() - opened.getTime()) / 1000);
    if (lengths.size > 1) return 'its windows are not equally long';
    opened = next;
  }
  const [seconds = 0] = lengths;
  return seconds > longestSeconds ? 'it is open for more than 7 days' : seconds;
}

/** Whether the clocks of a time zone change in the course of a year. */
export function changesClocks(timeZone: string): boolean {
  const offset = (date: string) => {
    const format = new Intl.DateTimeFormat('en', { timeZone, timeZoneName: 'longOffset' });
    return format.formatToParts(new Date(date)).find(({ type }) => type === 'timeZoneName')?.value;
  };
  return offset('2026-01-15T12:00:00Z') !== offset('2026-07-15T12:00:00Z');
}
