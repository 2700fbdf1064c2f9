import { expect, test } from 'vitest';
import { increase, parseSamples, quantileBetween, total } from './samples.ts';

const scrape = (counts: readonly number[], requests: number) =>
  parseSamples(`# HELP lag Lag.
# TYPE lag histogram
lag_bucket{le="0.1"} ${counts[0]}
lag_bucket{le="1"} ${counts[1]}
lag_bucket{le="+Inf"} ${counts[2]}
requests_total{verb="get",code="200"} ${requests}
requests_total{verb="list",code="200"} 1
requests_total_of_another 100
`);

const before = scrape([10, 20, 20], 5);

test('counters grow over all their series', () => {
  expect(increase(before, scrape([10, 20, 20], 12), 'requests_total')).toBe(7);
});

test('a total is of all series of a metric, or of those with this text', () => {
  expect(total(before, 'requests_total')).toBe(6);
  expect(total(before, 'requests_total', 'verb="list"')).toBe(1);
});

test.each([
  { counts: [109, 120, 120], quantile: 0.99, want: 0.1 },
  { counts: [108, 120, 120], quantile: 0.99, want: 1 },
  { counts: [10, 20, 21], quantile: 0.5, want: Number.POSITIVE_INFINITY },
  { counts: [10, 20, 20], quantile: 0.5, want: Number.NaN },
])('a quantile of what came in between: $want', ({ counts, quantile, want }) => {
  expect(quantileBetween(before, scrape(counts, 5), 'lag', quantile)).toBe(want);
});
