/** One chart of values by second, as inline SVG with room for a cursor that the page's script moves. */

export interface Series {
  readonly name: string;
  /** A CSS variable of the page, such as `--blue`. */
  readonly color: string;
  /** One for each second; null where nothing was measured. */
  readonly values: readonly (number | null)[];
  /** `line` by default; `step` holds a value until the next; `area` is filled down to 0. */
  readonly shape?: 'line' | 'step' | 'area';
  /** Whether it is a wish or a limit rather than a measurement. */
  readonly dashed?: boolean;
}

export interface Chart {
  readonly title: string;
  /** Of all values, such as `requests/s` or `ms`. */
  readonly unit: string;
  readonly series: readonly Series[];
}

const width = 960;
const height = 190;
const left = 52;
const right = 8;
const top = 10;
const bottom = 22;

/** The plot's borders in the drawing's units, for the page's script. */
export const plot = { width, left, right } as const;

/** The chart as a figure; `index` ties it to its data in the page. */
export function renderChart(chart: Chart, index: number): string {
  const seconds = Math.max(2, ...chart.series.map(({ values }) => values.length));
  const highest = ceiling(Math.max(0, ...chart.series.flatMap(({ values }) => values.map(Number))));
  const scale = scales(seconds, highest);
  return `<figure data-chart="${index}">
<figcaption><h2>${escapeText(chart.title)}</h2><p class="legend">${chart.series.map(legend).join('')}</p></figcaption>
<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${escapeText(chart.title)}, ${escapeText(chart.unit)}">
${grid(seconds, highest, chart.unit, scale)}
${chart.series.map((series) => path(series, scale)).join('\n')}
<line class="cursor" y1="${top}" y2="${height - bottom}" x1="0" x2="0"/>
</svg>
</figure>`;
}

interface Scales {
  readonly x: (second: number) => number;
  readonly y: (value: number) => number;
}

function scales(seconds: number, highest: number): Scales {
  return {
    x: (second) => left + (second / (seconds - 1)) * (width - left - right),
    y: (value) => height - bottom - (value / highest) * (height - top - bottom),
  };
}

/** The next number of 1, 2, 2.5, 5 times a power of ten: four equal parts of it read well. */
function ceiling(value: number): number {
  if (value <= 0) return 4;
  const power = 10 ** Math.floor(Math.log10(value));
  const factor = [1, 2, 4, 6, 8, 10].find((each) => each * power >= value) ?? 10;
  return factor * power;
}

function grid(seconds: number, highest: number, unit: string, { x, y }: Scales): string {
  const values = [0, 0.25, 0.5, 0.75, 1].map((part) => part * highest);
  const step = seconds > 150 ? 30 : seconds > 60 ? 15 : 10;
  const times = Array.from({ length: Math.ceil(seconds / step) }, (_, index) => index * step);
  return [
    ...values.map((value) => {
      const label = value === highest ? `${number(value)} ${unit}` : number(value);
      return `<line class="grid" x1="${left}" x2="${width - right}" y1="${y(value)}" y2="${y(value)}"/>
<text class="${value === highest ? 'unit' : 'tick'}" x="${value === highest ? 0 : left - 6}" y="${y(value) + 4}">${escapeText(label)}</text>`;
    }),
    ...times.map(
      (time) => `<text class="time" x="${x(time)}" y="${height - 5}">${clock(time)}</text>`,
    ),
  ].join('\n');
}

function path({ values, color, shape = 'line', dashed }: Series, { x, y }: Scales): string {
  const style = `stroke="var(${color})"${dashed ? ' stroke-dasharray="5 4"' : ''}`;
  return runs(values)
    .map((run) => {
      const points = run.map(
        ({ second, value }) => `${x(second).toFixed(1)},${y(value).toFixed(1)}`,
      );
      const line = shape === 'step' ? stepped(run, { x, y }) : `M${points.join('L')}`;
      const [first, last] = [run[0]?.second ?? 0, run.at(-1)?.second ?? 0];
      const area = `${line}L${x(last)},${y(0)}L${x(first)},${y(0)}Z`;
      const fill = shape === 'area' ? `<path class="area" fill="var(${color})" d="${area}"/>` : '';
      return `${fill}<path class="line" ${style} d="${line}"/>`;
    })
    .join('');
}

interface Point {
  readonly second: number;
  readonly value: number;
}

function stepped(run: readonly Point[], { x, y }: Scales): string {
  return run
    .map(({ second, value }, index) => {
      const at = `${x(second).toFixed(1)}`;
      return index === 0 ? `M${at},${y(value).toFixed(1)}` : `H${at}V${y(value).toFixed(1)}`;
    })
    .join('');
}

/** Stretches without gaps. */
function runs(values: readonly (number | null)[]): readonly (readonly Point[])[] {
  const found: Point[][] = [];
  let current: Point[] = [];
  for (const [second, value] of values.entries()) {
    if (value === null) {
      current = [];
      continue;
    }
    if (current.length === 0) found.push(current);
    current.push({ second, value });
  }
  return found;
}

function legend({ name, color, dashed }: Series, index: number): string {
  const kind = dashed ? ' dashed' : '';
  return `<span><i class="key${kind}" style="--key:var(${color})"></i>${escapeText(name)} <b data-series="${index}"></b></span>`;
}

function clock(seconds: number): string {
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

function number(value: number): string {
  return value >= 1000 ? value.toLocaleString('en') : String(Number(value.toPrecision(3)));
}

/** Text as HTML shows it. */
export function escapeText(text: string): string {
  const entities: Record<string, string> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
  };
  return text.replaceAll(/[&<>"]/g, (character) => entities[character] ?? character);
}
