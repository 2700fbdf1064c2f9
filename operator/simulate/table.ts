/** The outcomes of several policies as a table for a terminal. */
import type { Outcome } from './outcome.ts';

/** Title and digits after the point of each figure, in the order of the columns. */
const figures: Readonly<Record<string, readonly [title: string, digits: number]>> = {
  overloadedSecondsPercent: ['overloaded s %', 4],
  excessRequestsPercent: ['excess req %', 4],
  lateSecondsPercent: ['late s %', 4],
  meanWaitSeconds: ['mean wait s', 2],
  podHours: ['pod-hours', 1],
  scaleEventsPerDay: ['events/day', 2],
  directionFlipsPerDay: ['flips/day', 2],
  worst5MinExcessRequests: ['worst 5 min', 0],
  deepestBacklog: ['deepest backlog', 0],
};

export interface OutcomeRow {
  readonly name: string;
  /** In the order of the titles. */
  readonly cells: readonly string[];
}

/** The titles of the figures that these outcomes have, and a row for each policy. */
export function outcomeRows(policies: Readonly<Record<string, Outcome>>) {
  const known = Object.values(policies)[0] ?? {};
  const columns = Object.entries(figures).filter(([field]) => field in known);
  const rows = Object.entries(policies).map(([name, outcome]): OutcomeRow => {
    const values = new Map<string, number>(Object.entries(outcome));
    const cells = columns.map(([field, [, digits]]) => (values.get(field) ?? 0).toFixed(digits));
    return { name, cells };
  });
  return { titles: columns.map(([, [title]]) => title), rows };
}

/** A line a policy; numbers are aligned to the right. */
export function outcomeTable(policies: Readonly<Record<string, Outcome>>): string {
  const { titles, rows } = outcomeRows(policies);
  return alignedRows([['', ...titles], ...rows.map(({ name, cells }) => [name, ...cells])]);
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
