/** A scrape of /metrics as numbers, and what lies between two of them. */

/** Values by series, as the text format writes it: `name{labels}`. */
export type Samples = ReadonlyMap<string, number>;

export function parseSamples(text: string): Samples {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => {
      const end = line.lastIndexOf(' ');
      return [line.slice(0, end), Number(line.slice(end + 1))];
    }),
  );
}

/** The values of all series of a metric, or of those that hold this text. */
export function seriesOf(samples: Samples, name: string, having = ''): readonly number[] {
  return [...samples]
    .filter(([series]) => series === name || series.startsWith(`${name}{`))
    .filter(([series]) => series.includes(having))
    .map(([, value]) => value);
}

/** Sum over the series of a metric, or over those that hold this text. */
export function total(samples: Samples, name: string, having = ''): number {
  return seriesOf(samples, name, having).reduce((sum, value) => sum + value, 0);
}

/** How much a counter grew. */
export function increase(before: Samples, after: Samples, name: string): number {
  return total(after, name) - total(before, name);
}

/**
 * The upper bound of the bucket in which a quantile of a histogram's observations between two scrapes lies: never
 * less than the quantile itself.
 *
 * @returns Infinity beyond the last bucket, NaN without observations
 */
export function quantileBetween(
  before: Samples,
  after: Samples,
  name: string,
  quantile: number,
): number {
  const prefix = `${name}_bucket{le="`;
  const buckets = [...after]
    .filter(([series]) => series.startsWith(prefix))
    .map(([series, count]) => ({
      bound: toNumber(series.slice(prefix.length, series.indexOf('"', prefix.length))),
      count: count - (before.get(series) ?? 0),
    }))
    .toSorted((a, b) => a.bound - b.bound);
  const all = buckets.at(-1)?.count ?? 0;
  if (all === 0) return Number.NaN;
  return buckets.find(({ count }) => count >= quantile * all)?.bound ?? Number.NaN;
}

function toNumber(bound: string): number {
  return bound === '+Inf' ? Number.POSITIVE_INFINITY : Number(bound);
}
