/** A Prometheus over real HTTP that knows a table of queries and what each of them and its samples say. */
import { createServer, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { partLabel, valuePart } from '../prometheus/query.ts';
import { listen } from './listen.ts';

export interface Known {
  /** One for each series of the result, as Prometheus writes numbers (`"NaN"`). */
  readonly values: readonly string[];
  /** Age of the newest sample of each selector, seconds; an absent selector is left out. */
  readonly agesSeconds?: readonly number[];
  /** What is found within the ranges when no selector has a sample. */
  readonly lastAgeSeconds?: number;
}

export interface PrometheusServer {
  readonly url: URL;
  /** By the text of the query, after `$window` was replaced. */
  readonly answers: Map<string, Known>;
  /** What a range query says at a time, Unix seconds; undefined: nothing. */
  past: (atSeconds: number) => number | undefined;
  /** Queries as they were sent. */
  readonly asked: string[];
  /** What to answer everything with instead; `hang` never answers. */
  outage: { readonly code: number; readonly body: string } | 'hang' | undefined;
  /** Its clock, Unix seconds. */
  nowSeconds: () => number;
  readonly close: () => Promise<void>;
}

export async function startPrometheusServer(): Promise<PrometheusServer> {
  const server = createServer(async (request, response) => {
    const fields = new URLSearchParams(await text(request));
    const query = fields.get('query') ?? '';
    prometheus.asked.push(query);
    const { outage } = prometheus;
    if (outage === 'hang') return;
    if (outage) send(response, outage.code, outage.body);
    else if (request.url?.endsWith('/query_range')) {
      send(response, 200, JSON.stringify(answerRange(prometheus, fields)));
    } else send(response, 200, JSON.stringify(answer(prometheus, query)));
  });
  const prometheus: PrometheusServer = {
    ...(await listen(server)),
    answers: new Map(),
    past: () => undefined,
    asked: [],
    outage: undefined,
    nowSeconds: () => Date.now() / 1000,
  };
  return prometheus;
}

function answer({ answers, nowSeconds }: PrometheusServer, query: string): unknown {
  const now = nowSeconds();
  const isLast = query.startsWith('max(label_replace(max(max_over_time(');
  const written = /^label_replace\((?:vector)?\((.*?)\n\), /s.exec(query)?.[1] ?? query;
  const known = answers.get(written) ?? (isLast ? [...answers.values()][0] : undefined);
  const { values = [], agesSeconds = [], lastAgeSeconds } = known ?? {};
  const sample = (labels: Record<string, string>, value: string) => ({
    metric: labels,
    value: [now, value],
  });
  if (isLast) {
    const last = lastAgeSeconds === undefined ? [] : [sample({}, String(now - lastAgeSeconds))];
    return success(last);
  }
  const parts = agesSeconds.map((age, part) =>
    sample({ [partLabel]: String(part) }, String(now - age)),
  );
  const own = values.map((value, series) =>
    sample({ [partLabel]: valuePart, ...(values.length > 1 && { series: String(series) }) }, value),
  );
  return success([...own, ...parts]);
}

function answerRange({ past }: PrometheusServer, fields: URLSearchParams): unknown {
  const [start = 0, end = 0, step = 60] = ['start', 'end', 'step'].map((name) =>
    Number(fields.get(name)),
  );
  const times = Array.from(
    { length: (end - start) / step + 1 },
    (_, index) => start + index * step,
  );
  const values = times.flatMap((time) => {
    const value = past(time);
    return value === undefined ? [] : [[time, String(value)]];
  });
  const result = values.length > 0 ? [{ metric: {}, values }] : [];
  return { status: 'success', data: { resultType: 'matrix', result } };
}

function success(result: readonly unknown[]): unknown {
  return { status: 'success', data: { resultType: 'vector', result } };
}

function send(response: ServerResponse, code: number, body: string): void {
  response.writeHead(code, { 'content-type': 'application/json' });
  response.end(body);
}
