/** A client of the served API that counts the SQL statements behind each of its requests. */
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { Served } from './serve.ts';

export interface Reply {
  readonly body: Readonly<Record<string, unknown>>;
  readonly etag: string;
  readonly statements: number;
}

interface Request {
  readonly token?: string;
  readonly body?: object;
  readonly etag?: string;
}

/** @param target `GET /path` @returns rejects when the answer is no success */
export type Client = (target: string, request?: Request) => Promise<Reply>;

const bodySchema = z.record(z.string(), z.unknown());
/** The server polls for changed rights every two seconds; measurements keep clear of it. */
const quietMs = 1000;

export function createClient({ url, metricsUrl }: Served): Client {
  const count = async () => {
    const text = await (await fetch(metricsUrl)).text();
    return Number(/^lms_db_statements_total (\d+)/m.exec(text)?.[1] ?? 0);
  };
  let polledAt = 0;
  /** Wait until the server has just polled, unless it did so a moment ago. */
  const untilQuiet = async () => {
    if (performance.now() - polledAt < quietMs) return;
    const before = await count();
    while ((await count()) === before) await sleep(20);
    polledAt = performance.now();
    await sleep(50);
  };
  return async (target, { token, body, etag } = {}) => {
    const [method = 'GET', path = '/'] = target.split(' ');
    await untilQuiet();
    const before = await count();
    const response = await fetch(`${url}${path}`, {
      method,
      headers: {
        ...(token && { authorization: `Bearer ${token}` }),
        ...(body && { 'content-type': 'application/json' }),
        ...(etag && { 'if-match': etag }),
      },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${target} answered ${response.status}: ${text}`);
    const isJson = response.headers.get('content-type')?.includes('json') && text !== '';
    return {
      body: isJson ? bodySchema.parse(JSON.parse(text)) : {},
      etag: response.headers.get('etag') ?? '',
      statements: (await count()) - before,
    };
  };
}
