/** A report as one HTML file that needs nothing else: tiles of figures, charts under one cursor, tables. */
import { type Chart, escapeText, plot, renderChart } from './chart.ts';

export interface Tile {
  readonly label: string;
  readonly value: string;
  /** Under the value, smaller. */
  readonly note?: string;
}

export interface Table {
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

export interface Page {
  readonly title: string;
  readonly subtitle: string;
  readonly tiles: readonly Tile[];
  /** All with one value a second over the same time. */
  readonly charts: readonly Chart[];
  /** What was being said at each second, by who said it; shown under the cursor. */
  readonly remarks?: Readonly<Record<string, readonly string[]>>;
  readonly tables: readonly Table[];
}

/** The whole file. */
export function renderPage(page: Page): string {
  const data = {
    plot,
    charts: page.charts.map(({ series }) => series.map(({ values }) => values)),
    remarks: page.remarks ?? {},
  };
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escapeText(page.title)}</title>
<style>${style}</style>
<main>
<h1>${escapeText(page.title)}</h1>
<p class="subtitle">${escapeText(page.subtitle)}</p>
<section class="tiles">${page.tiles.map(tile).join('')}</section>
${page.remarks ? remarkBox(Object.keys(page.remarks)) : ''}
${page.charts.map(renderChart).join('\n')}
${page.tables.map(table).join('\n')}
</main>
<script type="application/json" id="data">${JSON.stringify(data).replaceAll('<', '\\u003c')}</script>
<script>${script}</script>
</html>
`;
}

function tile({ label, value, note }: Tile): string {
  const small = note ? `<small>${escapeText(note)}</small>` : '';
  return `<div><span>${escapeText(label)}</span><b>${escapeText(value)}</b>${small}</div>`;
}

function remarkBox(speakers: readonly string[]): string {
  const lines = speakers.map(
    (each) => `<dt>${escapeText(each)}</dt><dd data-remark="${escapeText(each)}"></dd>`,
  );
  return `<aside><p id="time">Move over a chart to see any second of the run.</p><dl>${lines.join('')}</dl></aside>`;
}

function table({ title, columns, rows }: Table): string {
  const row = (cells: readonly string[], tag: string) =>
    `<tr>${cells.map((cell) => `<${tag}>${escapeText(cell)}</${tag}>`).join('')}</tr>`;
  return `<section class="table"><h2>${escapeText(title)}</h2><table>
<thead>${row(columns, 'th')}</thead><tbody>${rows.map((cells) => row(cells, 'td')).join('\n')}</tbody>
</table></section>`;
}

const style = `
:root { color-scheme: light dark; --page: #f7f7f5; --card: #ffffff; --ink: #1c1c1a; --soft: #6b6a65; --rule: #e4e3de;
  --blue: #2a6fdb; --orange: #d9622b; --green: #1b8a5a; --violet: #7a4fc9; --red: #cc2f3d; --gray: #8d8c86; }
@media (prefers-color-scheme: dark) { :root { --page: #151514; --card: #1f1f1d; --ink: #efeeea; --soft: #a3a29b; --rule: #35342f;
  --blue: #6ea3f5; --orange: #f08a55; --green: #4cc08d; --violet: #ab8af0; --red: #f0707a; --gray: #8d8c86; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--ink); font: 14px/1.45 system-ui, sans-serif; }
main { max-width: 1020px; margin: 0 auto; padding: 28px 16px 60px; }
h1 { font-size: 24px; margin: 0; } h2 { font-size: 14px; margin: 0; } .subtitle { color: var(--soft); margin: 4px 0 18px; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(112px, 1fr)); gap: 10px; margin-bottom: 14px; }
.tiles div, figure, aside, .table { background: var(--card); border: 1px solid var(--rule); border-radius: 8px; }
.tiles div { padding: 10px 12px; display: grid; align-content: start; } .tiles span, .tiles small { color: var(--soft); font-size: 12px; }
.tiles b { font-size: 21px; font-variant-numeric: tabular-nums; }
figure { margin: 0 0 12px; padding: 12px 14px 6px; }
figcaption { display: flex; flex-wrap: wrap; gap: 2px 18px; align-items: baseline; margin-bottom: 4px; }
.legend { margin: 0; display: flex; flex-wrap: wrap; gap: 2px 16px; color: var(--soft); font-size: 12px; }
.legend b { color: var(--ink); display: inline-block; min-width: 34px; font-variant-numeric: tabular-nums; }
.key { display: inline-block; width: 14px; border-top: 3px solid var(--key); vertical-align: 4px; margin-right: 5px; }
.key.dashed { border-top-style: dashed; border-top-width: 2px; }
svg { display: block; width: 100%; height: auto; overflow: visible; }
svg text { font-size: 11px; fill: var(--soft); } .tick { text-anchor: end; } .time { text-anchor: middle; } .unit { text-anchor: start; }
.grid { stroke: var(--rule); } .line { fill: none; stroke-width: 2; stroke-linejoin: round; } .area { opacity: .14; }
.cursor { stroke: var(--soft); stroke-dasharray: 2 3; visibility: hidden; }
aside { position: sticky; top: 8px; z-index: 1; padding: 10px 14px; margin-bottom: 12px; min-height: 86px; }
aside p { margin: 0 0 4px; font-weight: 600; } dl { margin: 0; display: grid; grid-template-columns: max-content 1fr; gap: 2px 12px; }
dt { color: var(--soft); } dd { margin: 0; }
.table { padding: 12px 14px; margin-bottom: 12px; overflow-x: auto; } table { border-collapse: collapse; width: 100%; margin-top: 6px; }
th, td { text-align: left; padding: 4px 14px 4px 0; border-top: 1px solid var(--rule); vertical-align: top; font-variant-numeric: tabular-nums; }
th { color: var(--soft); font-weight: 500; border-top: 0; white-space: nowrap; } td:not(:last-child) { white-space: nowrap; }
`;

const script = `
const { plot, charts, remarks } = JSON.parse(document.getElementById('data').textContent);
const figures = [...document.querySelectorAll('figure')];
const seconds = Math.max(2, ...charts.flat().map((values) => values.length));
const inner = plot.width - plot.left - plot.right;
const shown = (value) => value == null ? '–' : value >= 100 ? Math.round(value).toLocaleString('en') : String(Number(value.toPrecision(3)));
function point(second) {
  const x = plot.left + second / (seconds - 1) * inner;
  for (const figure of figures) {
    const cursor = figure.querySelector('.cursor');
    cursor.setAttribute('x1', x); cursor.setAttribute('x2', x); cursor.style.visibility = 'visible';
    charts[figure.dataset.chart].forEach((values, index) => {
      figure.querySelector('[data-series="' + index + '"]').textContent = shown(values[second]);
    });
  }
  const time = document.getElementById('time');
  if (time) time.textContent = 'At ' + Math.floor(second / 60) + ':' + String(second % 60).padStart(2, '0');
  for (const [speaker, said] of Object.entries(remarks)) {
    document.querySelector('[data-remark="' + speaker + '"]').textContent = said[second] || '–';
  }
}
for (const figure of figures) {
  figure.addEventListener('pointermove', (event) => {
    const box = figure.querySelector('svg').getBoundingClientRect();
    const x = (event.clientX - box.left) / box.width * plot.width;
    point(Math.max(0, Math.min(seconds - 1, Math.round((x - plot.left) / inner * (seconds - 1)))));
  });
}
`;
