/** Line charts as SVG text, with time below and a scale to the left. */

const WIDTH = 1200;
const HEIGHT = 300;
const LEFT = 60;
const BOTTOM = 24;

export interface Line {
  readonly name: string;
  readonly color: string;
  readonly values: readonly number[];
}

export interface Hover {
  readonly step: number;
  readonly text: string;
}

export interface ChartTime {
  readonly startMs: number;
  readonly secondsPerStep: number;
}

/** One chart; `hovers` are marks at its bottom that say their text under the pointer. */
export function chart(lines: readonly Line[], hovers: readonly Hover[], time: ChartTime): string {
  const steps = Math.max(2, ...lines.map(({ values }) => values.length));
  const highest = Math.max(1, ...lines.flatMap(({ values }) => values));
  const x = (step: number) => LEFT + (step / (steps - 1)) * (WIDTH - LEFT);
  const y = (value: number) => (HEIGHT - BOTTOM) * (1 - value / highest) + 4;
  const paths = lines.map(({ name, color, values }) => {
    const points = values.map((value, step) => `${x(step).toFixed(1)},${y(value).toFixed(1)}`);
    const title = `<title>${escapeHtml(name)}</title>`;
    return `<polyline fill="none" stroke="${color}" points="${points.join(' ')}">${title}</polyline>`;
  });
  const marks = hovers.map(({ step, text }) => {
    const title = `<title>${escapeHtml(text)}</title>`;
    return `<rect x="${x(step).toFixed(1)}" y="${HEIGHT - BOTTOM}" width="2" height="8">${title}</rect>`;
  });
  const body = [...grid(highest, y), ...days(steps, x, time), ...paths, ...marks].join('\n');
  return `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img">\n${body}\n</svg>`;
}

function grid(highest: number, y: (value: number) => number): readonly string[] {
  return [0, 0.25, 0.5, 0.75, 1].map((share) => {
    const at = y(share * highest).toFixed(1);
    const label = `<text x="${LEFT - 6}" y="${at}" text-anchor="end">${brief(share * highest)}</text>`;
    return `<line x1="${LEFT}" x2="${WIDTH}" y1="${at}" y2="${at}" stroke="#eee"/>${label}`;
  });
}

function days(
  steps: number,
  x: (step: number) => number,
  { startMs, secondsPerStep }: ChartTime,
): readonly string[] {
  return [0, 0.2, 0.4, 0.6, 0.8].map((share) => {
    const step = Math.round(share * (steps - 1));
    const time = new Date(startMs + step * secondsPerStep * 1000).toISOString().slice(0, 16);
    return `<text x="${x(step).toFixed(1)}" y="${HEIGHT - 2}">${time.replace('T', ' ')}</text>`;
  });
}

function brief(value: number): string {
  return value >= 10 ? String(Math.round(value)) : value.toFixed(1);
}

/** Text that is safe between tags and in quoted attributes. */
export function escapeHtml(text: string): string {
  const entities: Readonly<Record<string, string>> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
  };
  return text.replace(/[&<>"]/g, (sign) => entities[sign] ?? sign);
}
