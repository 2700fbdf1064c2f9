/** A trace out of Prometheus: a range query in parts that it answers, with the gaps it left. */
import { createPrometheus } from '../prometheus/client.ts';
import type { RangeQuery } from '../prometheus/history.ts';
import { parseQuery } from '../prometheus/query.ts';
import { checkLength, interpolate, type Point } from './interpolate.ts';
import type { Trace } from './trace.ts';
import { UsageError } from './usage-error.ts';

/** Prometheus refuses more than 11,000 points at once. */
const MOST_POINTS = 10_000;
const TIMEOUT_MS = 60_000;
const DEFAULT_STEP_SECONDS = 60;
const PARAMETERS = ['query', 'start', 'end', 'step'];
const UNITS: Readonly<Record<string, number>> = { '': 1, s: 1, m: 60, h: 3600, d: 86_400 };

/** What a query without a word of its own in the address asks for. */
export interface DefaultQuery {
  /** PromQL; may hold `$window`. */
  readonly query: string | undefined;
  /** What `$window` stands for. */
  readonly windowSeconds: number;
}

interface Gap {
  readonly fromSeconds: number;
  readonly toSeconds: number;
}

export interface PrometheusTrace {
  readonly trace: Trace;
  /** One sentence for each stretch without samples, which is interpolated. */
  readonly gaps: readonly string[];
}

/** Whether `--trace` names a Prometheus. */
export function isAddress(source: string): boolean {
  return /^https?:\/\//i.test(source);
}

/**
 * Read `http://HOST[/PREFIX]?query=...&start=...&end=...&step=...`: times in epoch seconds or ISO, step in seconds or
 * as `30s`, `1m`; `query` defaults to the profile's own, `end` to now, `step` to 60 s.
 *
 * @throws {UsageError} naming what is wrong with the address, the query or the answer
 */
export async function prometheusTrace(
  source: string,
  byDefault: DefaultQuery,
  nowMs: number,
): Promise<PrometheusTrace> {
  const address = addressOf(source);
  const range = rangeOf(address.searchParams, byDefault, nowMs);
  const name = `${range.query} of ${address.host}`;
  checkLength(name, range.end - range.start + 1);
  const points = await readPoints(serverOf(address), range);
  if (points.length < 2) throw new UsageError(`--trace: ${name}: no samples from start to end`);
  return { trace: interpolate(name, points), gaps: gapsIn(points, range).map(gapSentence) };
}

function addressOf(source: string): URL {
  const address = URL.parse(source);
  if (!address) throw new UsageError(`--trace ${source}: is no address`);
  for (const name of address.searchParams.keys()) {
    if (PARAMETERS.includes(name)) continue;
    throw new UsageError(`--trace: ${name}: expected some of ${PARAMETERS.join(', ')}`);
  }
  return address;
}

/** The server's own address, without what was asked of it. */
function serverOf(address: URL): URL {
  const server = new URL(address);
  server.search = '';
  server.pathname = address.pathname.replace(/\/api\/v1\/query(_range)?\/?$/, '');
  return server;
}

function rangeOf(given: URLSearchParams, byDefault: DefaultQuery, nowMs: number): RangeQuery {
  const written = given.get('query') ?? byDefault.query;
  if (written === undefined) throw new UsageError('--trace: query is missing');
  const query = parseQuery(written, byDefault.windowSeconds);
  if (typeof query === 'string') throw new UsageError(`--trace: query: ${query}`);
  const end = timeOf('end', given.get('end') ?? String(Math.floor(nowMs / 1000)));
  const startText = given.get('start');
  if (startText === null) throw new UsageError('--trace: start is missing');
  const start = timeOf('start', startText);
  if (start >= end) throw new UsageError(`--trace: start ${startText}: must be before end`);
  return { query: query.text, start, end, step: stepOf(given.get('step')) };
}

function timeOf(name: string, text: string): number {
  const seconds = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Date.parse(text) / 1000;
  if (Number.isFinite(seconds)) return Math.floor(seconds);
  throw new UsageError(`--trace: ${name} ${text}: neither epoch seconds nor an ISO time`);
}

function stepOf(text: string | null): number {
  if (text === null) return DEFAULT_STEP_SECONDS;
  const [, count = '', unit = ''] = /^(\d{1,6})([smhd]?)$/.exec(text) ?? [];
  const seconds = Number(count) * (UNITS[unit] ?? 0);
  if (seconds >= 1) return seconds;
  throw new UsageError(`--trace: step ${text}: expected seconds, or such as 30s or 1m`);
}

async function readPoints(server: URL, range: RangeQuery): Promise<readonly Point[]> {
  const prometheus = createPrometheus(server, TIMEOUT_MS);
  const points: Point[] = [];
  try {
    for (const part of partsOf(range)) {
      const loads = await prometheus.range(part);
      points.push(...loads.map(({ atMs, load }) => ({ seconds: atMs / 1000, value: load })));
    }
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new UsageError(`--trace: asking ${server.host}: ${why}`, { cause });
  } finally {
    prometheus.close();
  }
  return points;
}

/** The same range in queries of at most so many points each, none asked for twice. */
function partsOf({ query, start, end, step }: RangeQuery): readonly RangeQuery[] {
  const width = MOST_POINTS * step;
  return Array.from({ length: Math.floor((end - start) / width) + 1 }, (_, index) => {
    const from = start + index * width;
    return { query, start: from, end: Math.min(end, from + width - step), step };
  });
}

function gapsIn(points: readonly Point[], { start, end, step }: RangeQuery): readonly Gap[] {
  const times = [start - step, ...points.map(({ seconds }) => seconds), end + step];
  return times.flatMap((time, index) => {
    const before = times[index - 1] ?? time;
    if (time - before < 2 * step) return [];
    return { fromSeconds: before + step, toSeconds: time - step };
  });
}

function gapSentence({ fromSeconds, toSeconds }: Gap): string {
  const [from, to] = [fromSeconds, toSeconds].map((seconds) =>
    new Date(seconds * 1000).toISOString(),
  );
  return `no samples from ${from} to ${to}`;
}
