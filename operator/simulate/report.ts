/** A report of a simulation as one HTML page that needs nothing else: outcomes as a table, then charts. */
import { type ChartMark, chart, escapeHtml, type Line, timeText } from './chart.ts';
import type { Outcome } from './outcome.ts';
import { colorClass, script, style } from './report-page.ts';
import type { Series } from './series.ts';
import { outcomeRows } from './table.ts';
import type { Trace } from './trace.ts';

export interface Contest {
  readonly name: string;
  readonly outcome: Outcome;
  readonly series: Series;
}

/** Nothing is fetched, whatever the texts hold. */
const contentPolicy = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'";

/** The page; every text of the caller is escaped. */
export function htmlReport(trace: Trace, contests: readonly Contest[]): string {
  const [first] = contests;
  if (!first) return '';
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${contentPolicy}">
<meta name="viewport" content="width=device-width"><title>${escapeHtml(trace.name)}</title>
<style>${style}</style></head><body>
<h1>${escapeHtml(trace.name)}</h1>
${table(contests)}
${charts(trace, contests, first).join('\n')}
<p>A step is ${first.series.secondsPerStep} s: the highest load, count and backlog in it, the lowest capacity. Times are UTC.
Point at a line for its name, at a mark for why the count was another than what was asked for.</p>
<div id="tip" role="tooltip" hidden></div>
<script>${script}</script>
</body></html>
`;
}

function charts(
  trace: Trace,
  contests: readonly Contest[],
  { series }: Contest,
): readonly string[] {
  const time = { startMs: trace.startMs, secondsPerStep: series.secondsPerStep };
  const load: Line = { name: 'load', color: 'load', values: series.loads };
  const lines = (of: 'capacities' | 'replicas' | 'backlogs') =>
    contests.map(({ name, series }, index) => {
      return { name, color: colorClass(index), values: series[of] };
    });
  const marks = contests
    .map((contest, index) => marksOf(contest, index, time))
    .filter((row) => row.length > 0);
  const drawn = [
    ['Load (grey), and what the ready pods could serve', [load, ...lines('capacities')]],
    ['Replicas, and below them where a limit acted', lines('replicas'), marks],
    ['Backlog', series.backlogs.length > 0 ? lines('backlogs') : []],
  ] as const;
  return drawn
    .filter(([, shown]) => shown.length > 0)
    .map(([title, shown, below]) => `<h2>${title}</h2>\n${chart(title, shown, time, below)}`);
}

function marksOf(
  { name, series }: Contest,
  index: number,
  { startMs, secondsPerStep }: { readonly startMs: number; readonly secondsPerStep: number },
): readonly ChartMark[] {
  const timeOf = (step: number) => timeText(startMs + step * secondsPerStep * 1000);
  return series.marks.map(({ step, lastStep, text }) => {
    const until = lastStep > step ? ` to ${timeOf(lastStep + 1)}` : '';
    const said = `${timeOf(step)}${until}, ${name}: ${text}`;
    return { step, lastStep, text: said, color: colorClass(index) };
  });
}

function table(contests: readonly Contest[]): string {
  const outcomes = Object.fromEntries(contests.map(({ name, outcome }) => [name, outcome]));
  const { titles, rows } = outcomeRows(outcomes);
  const head = titles.map((title) => `<th>${escapeHtml(title)}</th>`).join('');
  const lines = rows.map(({ name, cells }, index) => {
    const label = `<td class="${colorClass(index)}">${escapeHtml(name)}</td>`;
    return `<tr>${label}${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`;
  });
  return `<table><tr><th></th>${head}</tr>\n${lines.join('\n')}\n</table>`;
}
