/** From points at any times to a load for every second between the first and the last. */
import { type Trace, traceOf } from './trace.ts';
import { UsageError } from './usage-error.ts';

/** About four months: two numbers of eight bytes a second have to fit in memory. */
const MOST_SECONDS = 10_000_000;

export interface Point {
  /** Since the epoch. */
  readonly seconds: number;
  /** Finite and >= 0. */
  readonly value: number;
}

/**
 * A value at every second, linear between two points.
 *
 * @param points at rising times
 * @throws {UsageError} for fewer than two points, or a trace that would be too long
 */
export function interpolate(name: string, points: readonly Point[]): Trace {
  const [first] = points;
  const last = points.at(-1);
  if (!first || !last || points.length < 2) throw new UsageError(`${name}: fewer than two rows`);
  const seconds = Math.floor(last.seconds - first.seconds) + 1;
  checkLength(name, seconds);
  const loads = new Float64Array(seconds);
  let index = 0;
  for (let second = 0; second < seconds; second += 1) {
    const time = first.seconds + second;
    while ((points[index + 1]?.seconds ?? Infinity) <= time) index += 1;
    const from = points[index] ?? last;
    const to = points[index + 1] ?? from;
    const share = to === from ? 0 : (time - from.seconds) / (to.seconds - from.seconds);
    loads[second] = from.value + share * (to.value - from.value);
  }
  return traceOf(name, first.seconds * 1000, loads);
}

/** @throws {UsageError} where a trace of so many seconds is refused */
export function checkLength(name: string, seconds: number): void {
  if (seconds <= MOST_SECONDS) return;
  throw new UsageError(
    `${name}: ${seconds} seconds, more than the ${MOST_SECONDS} that are allowed`,
  );
}
