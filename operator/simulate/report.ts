/** A report of a simulation as one HTML page that needs nothing else: outcomes as a table, then charts. */
import { chart, escapeHtml, type Line } from './chart.ts';
import type { Outcome } from './outcome.ts';
import type { Series } from './series.ts';
import { outcomeRows } from './table.ts';
import type { Trace } from './trace.ts';

const colors = ['#c2185b', '#1565c0', '#2e7d32', '#ef6c00', '#6a1b9a', '#00838f', '#5d4037'];

export interface Contest {
  readonly name: string;
  readonly outcome: Outcome;
  readonly series: Series;
}

/** The page; every text of the caller is escaped. */
export function htmlReport(trace: Trace, contests: readonly Contest[]): string {
  const [first] = contests;
  if (!first) return '';
  const time = { startMs: trace.startMs, secondsPerStep: first.series.secondsPerStep };
  const load: Line = { name: 'load', color: '#9e9e9e', values: first.series.loads };
  const capacities = contests.map((contest, index) => line(contest, index, 'capacities'));
  const replicas = contests.map((contest, index) => line(contest, index, 'replicas'));
  const marks = contests.flatMap(({ series }) => series.marks);
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${escapeHtml(trace.name)}</title>
<style>
body { font: 14px system-ui, sans-serif; max-width: 1240px; margin: 2em auto; color: #222 }
table { border-collapse: collapse } td, th { padding: .2em .8em; text-align: right }
td:first-child { text-align: left } svg { width: 100% } text { font-size: 11px; fill: #666 }
polyline { stroke-width: 1.2 } rect { fill: #c2185b }
</style></head><body>
<h1>${escapeHtml(trace.name)}</h1>
${table(contests)}
<h2>Load (grey), and what the ready pods could serve</h2>
${chart([load, ...capacities], [], time)}
<h2>Replicas, and below them where a limit acted</h2>
${chart(replicas, marks, time)}
<p>A step is ${time.secondsPerStep} s: the highest load and count in it, the lowest capacity. Point at a line or a mark for its name.</p>
</body></html>
`;
}

function line(contest: Contest, index: number, of: 'capacities' | 'replicas'): Line {
  return { name: contest.name, color: colorOf(index), values: contest.series[of] };
}

function colorOf(index: number): string {
  return colors[index % colors.length] ?? '#000';
}

function table(contests: readonly Contest[]): string {
  const outcomes = Object.fromEntries(contests.map(({ name, outcome }) => [name, outcome]));
  const { titles, rows } = outcomeRows(outcomes);
  const head = titles.map((title) => `<th>${escapeHtml(title)}</th>`).join('');
  const lines = rows.map(({ name, cells }, index) => {
    const label = `<td style="color: ${colorOf(index)}">${escapeHtml(name)}</td>`;
    return `<tr>${label}${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`;
  });
  return `<table><tr><th></th>${head}</tr>\n${lines.join('\n')}\n</table>`;
}
