/** The outcomes of several policies as a table for a terminal. */
import type { Outcome } from './outcome.ts';

/** Title, field and digits after the point of each figure. */
export const outcomeColumns: readonly (readonly [
  title: string,
  field: keyof Outcome,
  digits: number,
])[] = [
  ['overloaded s %', 'overloadedSecondsPercent', 4],
  ['excess req %', 'excessRequestsPercent', 4],
  ['pod-hours', 'podHours', 1],
  ['events/day', 'scaleEventsPerDay', 2],
  ['flips/day', 'directionFlipsPerDay', 2],
  ['worst 5 min', 'worst5MinExcessRequests', 0],
];

/** A line a policy; numbers are aligned to the right. */
export function outcomeTable(policies: Readonly<Record<string, Outcome>>): string {
  const head = ['', ...outcomeColumns.map(([title]) => title)];
  const rows = Object.entries(policies).map(([name, outcome]) => [
    name,
    ...outcomeColumns.map(([, field, digits]) => outcome[field].toFixed(digits)),
  ]);
  return alignedRows([head, ...rows]);
}

/** Columns as wide as their widest cell; all but the first to the right. */
function alignedRows(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('  ');
  return `${rows.map(line).join('\n')}\n`;
}
