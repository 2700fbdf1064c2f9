/** Latencies by logarithmic buckets: quantiles within 2 % from little memory, whatever the number of requests. */

const growth = 1.04;
const lowestMs = 0.1;

export interface Histogram {
  count: number;
  /** By bucket: bucket i ends at `lowestMs * growth ** i`. */
  readonly buckets: Map<number, number>;
}

export function emptyHistogram(): Histogram {
  return { count: 0, buckets: new Map() };
}

export function addTo(histogram: Histogram, latencyMs: number): void {
  const bucket = Math.max(0, Math.ceil(Math.log(latencyMs / lowestMs) / Math.log(growth)));
  histogram.count += 1;
  histogram.buckets.set(bucket, (histogram.buckets.get(bucket) ?? 0) + 1);
}

/**
 * The latency that `quantile` of the requests did not exceed, in milliseconds.
 *
 * @param quantile 0 to 1
 * @returns the middle of the bucket it falls in; undefined where nothing was measured
 */
export function quantileOf(histogram: Histogram, quantile: number): number | undefined {
  let left = Math.max(1, Math.ceil(quantile * histogram.count));
  for (const [bucket, count] of [...histogram.buckets].sort(([a], [b]) => a - b)) {
    left -= count;
    if (left <= 0) return lowestMs * growth ** (bucket - 0.5);
  }
  return undefined;
}
