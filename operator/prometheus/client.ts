/** Queries over Prometheus's HTTP API: instant ones, each answered by a reading, never an error, and the past. */
import http from 'node:http';
import https from 'node:https';
import { urlToHttpOptions } from 'node:url';
import type { SeenLoad } from '../scaling/adaptive/loads.ts';
import type { Reading } from '../scaling/reading.ts';
import {
  type HistoryOptions,
  historyQueries,
  pointsOf,
  type RangeQuery,
  rangeAnswerSchema,
} from './history.ts';
import { lastSampleTimes, parseQuery, type Query, withSampleTimes } from './query.ts';
import { answerSchema, failed, judgeAge, oneValue, partsOf } from './reading.ts';

export interface Prometheus {
  /**
   * Evaluate one query now.
   *
   * @param query PromQL with one number as its result; may hold `$window`
   * @returns a failed reading, never an error, for whatever is wrong with the query, the answer or the network
   */
  readonly read: (query: string, options: ReadOptions) => Promise<Reading>;
  /**
   * Whether a condition holds now: 1 if any value of the result is not 0, else 0. An empty result is 0, as that is what
   * a comparison gives that is false. Neither the number of series nor the age of samples matters.
   *
   * @returns a failed reading, never an error, for whatever is wrong with the query, the answer or the network
   */
  readonly holds: (query: string, options: ReadOptions) => Promise<Reading>;
  /**
   * The highest value of each of the last minutes, oldest first; what Prometheus does not know is left out. One
   * profile's history at a time is asked for, so that a start with many of them is no flood.
   *
   * @param take told of each day, and waited for, so that nobody has to hold all of it: as text a history is a hundred
   *   times as large as what it leaves behind
   * @throws Error for whatever is wrong with the query, the answer or the network
   */
  readonly history: (
    query: string,
    options: HistoryOptions,
    take: (day: readonly SeenLoad[]) => Promise<void>,
  ) => Promise<void>;
  /**
   * The values of a range query, oldest first, without those that are no load: not finite, or below 0.
   *
   * @throws Error for whatever is wrong with the query, the answer or the network
   */
  readonly range: (query: RangeQuery) => Promise<readonly SeenLoad[]>;
  /** Close idle connections. */
  readonly close: () => void;
}

export interface ReadOptions {
  /** What `$window` stands for. */
  readonly windowSeconds: number;
  readonly staleAfterSeconds: number;
  /** The caller's clock, milliseconds since the epoch: the readings' times are by it. */
  readonly nowMs: number;
}

/**
 * @param url of Prometheus, with the path prefix if it has one
 * @param timeoutMs after which there is no answer
 */
export function createPrometheus(url: URL, timeoutMs = 3000): Prometheus {
  const { Agent, request } = url.protocol === 'https:' ? https : http;
  const agent = new Agent({ keepAlive: true, maxSockets: 32 });
  // Taken apart once, not for each request.
  const address = urlToHttpOptions(url);
  const root = `${url.pathname.replace(/\/$/, '')}/api/v1/`;

  function send(name: string, fields: Record<string, string>): Promise<Asked> {
    const path = `${root}${name}`;
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const query = new URLSearchParams({ ...fields, timeout: `${timeoutMs}ms` }).toString();
    return new Promise((resolve, reject) => {
      const asked = request({ ...address, path, method: 'POST', agent, headers }, (response) => {
        let body = '';
        response
          .setEncoding('utf8')
          .on('data', (part: string) => {
            body += part;
          })
          .on('error', reject)
          .on('end', () => resolve({ code: response.statusCode ?? 0, body }));
      });
      const timer = setTimeout(() => asked.destroy(new Error('no answer in time')), timeoutMs);
      asked
        .on('error', reject)
        .on('close', () => clearTimeout(timer))
        .end(query);
    });
  }

  const ask: Ask = (query) => send('query', { query });
  const askRange: AskRange = ({ query, start, end, step }) =>
    send('query_range', { query, start: String(start), end: String(end), step: String(step) });
  let turn: Promise<unknown> = Promise.resolve();
  return {
    read: (query, options) => read(ask, query, options, evaluate),
    holds: (query, options) => read(ask, query, options, evaluateCondition),
    history: (query, options, take) => {
      const mine = turn.then(async () => {
        for (const day of historyQueries(query, options)) {
          await take(await readRange(askRange, day));
        }
      });
      turn = mine.catch(() => undefined);
      return mine;
    },
    range: (query) => readRange(askRange, query),
    close: () => agent.destroy(),
  };
}

interface Asked {
  readonly code: number;
  readonly body: string;
}

type Ask = (query: string) => Promise<Asked>;
type AskRange = (query: RangeQuery) => Promise<Asked>;

async function readRange(ask: AskRange, query: RangeQuery): Promise<readonly SeenLoad[]> {
  const { code, body } = await ask(query);
  const answer = rangeAnswerSchema.safeParse(parseJson(body));
  if (!answer.success) throw new Error(`HTTP ${code} instead of a history: ${body.slice(0, 200)}`);
  return pointsOf(answer.data);
}

type Evaluate = (ask: Ask, query: Query, options: ReadOptions) => Promise<Reading>;

async function read(
  ask: Ask,
  written: string,
  options: ReadOptions,
  evaluate: Evaluate,
): Promise<Reading> {
  const query = parseQuery(written, options.windowSeconds);
  if (typeof query === 'string') return failed('error', query);
  try {
    return await evaluate(ask, query, options);
  } catch (error) {
    return failed('error', `asking Prometheus: ${describe(error)}`);
  }
}

async function evaluate(ask: Ask, query: Query, options: ReadOptions): Promise<Reading> {
  const { values, sampleTimes } = partsOf(await vector(ask, withSampleTimes(query)));
  const one = oneValue(values);
  if ('status' in one) return one;
  const last = sampleTimes.length === 0 ? lastSampleTimes(query) : undefined;
  if (last === undefined) return judgeAge(one, sampleTimes, options);
  const vanished = await vector(ask, last);
  const times = vanished.map(({ value }) => Number(value?.[1])).filter(Number.isFinite);
  return judgeAge(one, times, options);
}

const evaluateCondition: Evaluate = async (ask, { text, isScalar }, { nowMs }) => {
  const result = await vector(ask, isScalar ? `vector(${text}\n)` : text);
  const holds = result.some(({ value }) => value !== undefined && isTrue(Number(value[1])));
  return { status: 'ok', value: holds ? 1 : 0, atMs: nowMs };
};

function isTrue(value: number): boolean {
  return value !== 0 && !Number.isNaN(value);
}

async function vector(ask: Ask, query: string) {
  const { code, body } = await ask(query);
  const answer = answerSchema.safeParse(parseJson(body));
  if (!answer.success) throw new Error(`HTTP ${code} instead of an answer: ${body.slice(0, 200)}`);
  if (answer.data.status === 'error') throw new Error(answer.data.error);
  return answer.data.data.result;
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // A refused connection to a name with several addresses is an AggregateError without a message.
  return error.message || ('code' in error ? String(error.code) : error.name);
}
