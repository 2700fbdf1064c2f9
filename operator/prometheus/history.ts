/** A query's past, minute by minute: range queries of a day each, so that none is large. */
import { z } from 'zod';
import type { SeenLoad } from '../scaling/adaptive/loads.ts';
import { parseQuery } from './query.ts';

const DAY_SECONDS = 86_400;
const STEP_SECONDS = 60;
/** A minute is looked at as passes every 5 s do: at its seconds 0 to 55. */
const LAST_SECOND = 55;

export interface HistoryOptions {
  /** What `$window` stands for. */
  readonly windowSeconds: number;
  readonly days: number;
  /** Milliseconds since the epoch. */
  readonly nowMs: number;
}

export interface RangeQuery {
  readonly query: string;
  /** Unix seconds. */
  readonly start: number;
  readonly end: number;
  readonly step: number;
}

type Point = readonly [seconds: number, value: string];

/** Checked here, not by a schema of points: that one would copy each, and a history has thousands. */
function arePoints(values: unknown): boolean {
  const isPoint = (each: unknown) =>
    Array.isArray(each) && typeof each[0] === 'number' && typeof each[1] === 'string';
  return Array.isArray(values) && values.every(isPoint);
}

const series = z.object({ values: z.custom<readonly Point[]>(arePoints) });

export const rangeAnswerSchema = z.discriminatedUnion('status', [
  z.object({
    status: z.literal('success'),
    data: z.object({ resultType: z.literal('matrix'), result: z.array(series) }),
  }),
  z.object({ status: z.literal('error'), errorType: z.string(), error: z.string() }),
]);

type RangeAnswer = z.output<typeof rangeAnswerSchema>;

/**
 * The range queries for the highest value of each of the last complete minutes, the oldest day first.
 *
 * @throws Error if the query is no PromQL with a number as its result
 */
export function historyQueries(written: string, options: HistoryOptions): readonly RangeQuery[] {
  const query = parseQuery(written, options.windowSeconds);
  if (typeof query === 'string') throw new Error(query);
  const value = query.isScalar ? `vector(${query.text}\n)` : `(${query.text}\n)`;
  const minute = Math.floor(options.nowMs / 1000 / STEP_SECONDS) * STEP_SECONDS;
  return Array.from({ length: options.days }, (_, index) => {
    const end = minute - STEP_SECONDS + LAST_SECOND - (options.days - 1 - index) * DAY_SECONDS;
    const start = end - DAY_SECONDS + STEP_SECONDS;
    return { query: `max_over_time(${value}[1m:5s])`, start, end, step: STEP_SECONDS };
  });
}

/**
 * The points of one answer, without those that are no load.
 *
 * @throws Error for an error of Prometheus, and for more than one series
 */
export function pointsOf(answer: RangeAnswer): readonly SeenLoad[] {
  if (answer.status === 'error') throw new Error(answer.error);
  const { result } = answer.data;
  if (result.length > 1) throw new Error(`${result.length} series instead of one`);
  return (result[0]?.values ?? [])
    .map(([seconds, value]) => ({ atMs: seconds * 1000, load: Number(value) }))
    .filter(({ load }) => Number.isFinite(load) && load >= 0);
}
