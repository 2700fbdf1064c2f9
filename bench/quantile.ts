/**
 * The smallest value that at least the share `q` of the values does not exceed (nearest rank); .5 is the median.
 *
 * @returns NaN of no values
 */
export function quantile(values: readonly number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)] ?? Number.NaN;
}
