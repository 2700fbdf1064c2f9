/** What reports say of latencies: tiles, series and a table, the same for every run. */
import type { Latencies, Measurement } from '../load/measure.ts';
import type { Series } from './chart.ts';
import type { Table, Tile } from './page.ts';

/** Milliseconds for people. */
export function milliseconds(value: number | undefined): string {
  if (value === undefined) return '–';
  return value < 10 ? `${value.toFixed(1)} ms` : `${Math.round(value)} ms`;
}

/** Requests, failures and percentiles of a whole run. */
export function totalTiles({ total }: Measurement): readonly Tile[] {
  return [
    { label: 'requests', value: total.requests.toLocaleString('en') },
    { label: 'failed', value: total.failed.toLocaleString('en') },
    { label: 'p50', value: milliseconds(total.p50Ms) },
    { label: 'p95', value: milliseconds(total.p95Ms) },
    { label: 'p99', value: milliseconds(total.p99Ms) },
  ];
}

/** Percentiles by second; null where nothing was answered. */
export function latencySeries(seconds: readonly Latencies[]): readonly Series[] {
  return [
    { name: 'p95', color: '--orange', values: seconds.map(({ p95Ms }) => p95Ms ?? null) },
    { name: 'p50', color: '--blue', values: seconds.map(({ p50Ms }) => p50Ms ?? null) },
  ];
}

export function kindTable({ byKind }: Measurement): Table {
  const rows = Object.entries(byKind).sort(([, a], [, b]) => b.requests - a.requests);
  return {
    title: 'By kind of request',
    columns: ['kind', 'requests', 'failed', 'p50', 'p95', 'p99'],
    rows: rows.map(([kind, { requests, failed, p50Ms, p95Ms, p99Ms }]) => [
      kind,
      requests.toLocaleString('en'),
      String(failed),
      ...[p50Ms, p95Ms, p99Ms].map(milliseconds),
    ]),
  };
}

/** Empty where nothing failed. */
export function failureTables({ failures }: Measurement): readonly Table[] {
  const rows = Object.entries(failures).map(([reason, count]) => [reason, String(count)]);
  return rows.length === 0 ? [] : [{ title: 'Failures', columns: ['reason', 'requests'], rows }];
}
