/** Line charts as SVG text, with time below and a scale to the left; colors are the page's, by class. */

const WIDTH = 1200;
const HEIGHT = 300;
const LEFT = 60;
const BOTTOM = 24;
const LEAST_MARK_WIDTH = 3;
const MARK_HEIGHT = 10;

export interface Line {
  readonly name: string;
  /** CSS class that gives the color. */
  readonly color: string;
  readonly values: readonly number[];
}

/** Something that went on for some steps: said where it is pointed at. */
export interface ChartMark {
  readonly step: number;
  readonly lastStep: number;
  readonly text: string;
  readonly color: string;
}

export interface ChartTime {
  readonly startMs: number;
  readonly secondsPerStep: number;
}

/** One chart; each row of `marks` lies below the one before it, under the lines. */
export function chart(
  title: string,
  lines: readonly Line[],
  time: ChartTime,
  marks: readonly (readonly ChartMark[])[] = [],
): string {
  const steps = Math.max(2, ...lines.map(({ values }) => values.length));
  const highest = lines.reduce((most, { values }) => values.reduce(higher, most), 1);
  const height = HEIGHT + marks.length * MARK_HEIGHT;
  const x = (step: number) => LEFT + (step / (steps - 1)) * (WIDTH - LEFT);
  const y = (value: number) => (HEIGHT - BOTTOM) * (1 - value / highest) + 4;
  const body = [
    `<title>${escapeHtml(title)}</title>`,
    ...grid(highest, y),
    ...days(steps, x, height, time),
    ...lines.map((line) => polyline(line, x, y)),
    ...marks.flatMap((row, index) => row.map((mark) => rectangle(mark, index, x))),
  ];
  return `<svg viewBox="0 0 ${WIDTH} ${height}">\n${body.join('\n')}\n</svg>`;
}

function higher(most: number, value: number): number {
  return Math.max(most, value);
}

type Scale = (value: number) => number;

function polyline({ name, color, values }: Line, x: Scale, y: Scale): string {
  const points = values.map((value, step) => `${x(step).toFixed(1)},${y(value).toFixed(1)}`);
  return `<polyline class="${color}" data-tip="${escapeHtml(name)}" points="${points.join(' ')}"/>`;
}

function rectangle({ step, lastStep, text, color }: ChartMark, row: number, x: Scale): string {
  const width = Math.max(LEAST_MARK_WIDTH, x(lastStep + 1) - x(step));
  const left = Math.min(x(step), WIDTH - LEAST_MARK_WIDTH);
  const place = `x="${left.toFixed(1)}" y="${HEIGHT - BOTTOM + 6 + row * MARK_HEIGHT}"`;
  const size = `width="${Math.min(width, WIDTH - left).toFixed(1)}" height="${MARK_HEIGHT - 2}"`;
  return `<rect class="${color}" ${place} ${size} data-tip="${escapeHtml(text)}"/>`;
}

function grid(highest: number, y: Scale): readonly string[] {
  return [0, 0.25, 0.5, 0.75, 1].map((share) => {
    const at = y(share * highest).toFixed(1);
    const label = `<text x="${LEFT - 6}" y="${at}" text-anchor="end">${brief(share * highest)}</text>`;
    return `<line x1="${LEFT}" x2="${WIDTH}" y1="${at}" y2="${at}"/>${label}`;
  });
}

function days(
  steps: number,
  x: Scale,
  height: number,
  { startMs, secondsPerStep }: ChartTime,
): readonly string[] {
  return [0, 0.2, 0.4, 0.6, 0.8].map((share) => {
    const step = Math.round(share * (steps - 1));
    const time = timeText(startMs + step * secondsPerStep * 1000);
    return `<text x="${x(step).toFixed(1)}" y="${height - 2}">${time}</text>`;
  });
}

/** To the minute, UTC. */
export function timeText(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 16).replace('T', ' ');
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
