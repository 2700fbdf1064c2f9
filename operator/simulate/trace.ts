/** A trace: load second by second, with sums that answer any mean in constant time. */

export interface Trace {
  /** For people: where it came from. */
  readonly name: string;
  /** Time of the first second, milliseconds since the epoch; 0 where the source has no times. */
  readonly startMs: number;
  /** Requests in each second. */
  readonly loads: Float64Array;
  /** `sums[t]`: requests before second `t`; one longer than `loads`. */
  readonly sums: Float64Array;
}

/** A trace of these loads, which must be finite and >= 0. */
export function traceOf(name: string, startMs: number, loads: Float64Array): Trace {
  const sums = new Float64Array(loads.length + 1);
  let sum = 0;
  for (let second = 0; second < loads.length; second += 1) {
    sum += loads[second] ?? 0;
    sums[second + 1] = sum;
  }
  return { name, startMs, loads, sums };
}

/** Requests before a second, which may lie outside of the trace. */
export function sumBefore({ sums }: Trace, second: number): number {
  return within(sums, second);
}

/** What `rate()` would say at `second`: the mean over a window that ended `lagSeconds` ago; shorter at the start. */
export function rateAt(
  { sums }: Trace,
  second: number,
  windowSeconds: number,
  lagSeconds: number,
): number {
  return meanOver(sums, second, windowSeconds, lagSeconds);
}

/** The same of any sums: `sums[t]` is what there was before second `t`. */
export function meanOver(
  sums: Float64Array,
  second: number,
  windowSeconds: number,
  lagSeconds: number,
): number {
  const end = Math.max(0, second - lagSeconds);
  const begin = Math.max(0, end - windowSeconds);
  return (within(sums, end) - within(sums, begin)) / Math.max(1, end - begin);
}

function within(sums: Float64Array, second: number): number {
  return sums[Math.min(Math.max(second, 0), sums.length - 1)] ?? 0;
}
