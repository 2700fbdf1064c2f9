/** Requests to the API server: JSON in and out over kept-alive connections, every refusal an `ApiError`. */
import http from 'node:http';
import https from 'node:https';
import { text } from 'node:stream/consumers';
import { z } from 'zod';
import { operatorName } from '../api/profile.ts';
import type { Access } from './access.ts';

interface Request {
  /** Kubernetes' verb, for metrics and errors; it also chooses the HTTP method. */
  readonly verb: 'get' | 'list' | 'create' | 'update' | 'apply' | 'watch';
  /** Absolute path on the server, without query. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** Default plain JSON; `metadata` leaves out spec and status. */
  readonly accept?: 'metadata';
  readonly signal?: AbortSignal;
}

export interface Client {
  /**
   * Send one request and wait for its whole answer, at most `timeoutMs`.
   *
   * @returns the parsed body
   * @throws ApiError when the server refuses; Error with the cause when there is no answer
   */
  readonly request: (request: Request) => Promise<unknown>;
  /**
   * Open a watch.
   *
   * @returns the lines as they come, until the server or `signal` ends them
   */
  readonly stream: (request: Request) => Promise<AsyncIterable<Buffer>>;
  /** Where requests go, for the log. */
  readonly server: string;
  readonly close: () => void;
}

export interface Answered {
  readonly verb: Request['verb'];
  /** HTTP status, or `none` when there was no answer. */
  readonly code: number | 'none';
}

/** The API server said no. */
export class ApiError extends Error {
  readonly code: number;
  /** Kubernetes' reason, such as `Conflict`; empty if the body was no Status. */
  readonly reason: string;
  readonly retryAfterSeconds: number | undefined;

  constructor(code: number, reason: string, message: string, retryAfterSeconds?: number) {
    super(message);
    this.name = 'ApiError';
    this.code = code;
    this.reason = reason;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** Refused for what was asked or by whom, so that asking again at once is of no use. */
export function isForGood({ code }: ApiError): boolean {
  return code >= 400 && code < 500 && code !== 401 && code !== 409 && code !== 429;
}

const methods = {
  get: 'GET',
  list: 'GET',
  watch: 'GET',
  create: 'POST',
  update: 'PUT',
  apply: 'PATCH',
} as const;

const metadataList = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1';
const metadataOnly = 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1';

/** A write that starts within the renew deadline of the lease must be over before another may lead. */
const timeoutMs = 4000;

/** @param onAnswer told of every request when it is over */
export function createClient(access: Access, onAnswer: (answered: Answered) => void): Client {
  async function open(request: Request, signal: AbortSignal): Promise<http.IncomingMessage> {
    const { verb, path, query } = request;
    const url = new URL(path, access.server);
    url.search = new URLSearchParams(query).toString();
    const headers = { ...headersOf(request), ...(await access.headers()) };
    const { promise, resolve, reject } = Promise.withResolvers<http.IncomingMessage>();
    const { request: send } = url.protocol === 'https:' ? https : http;
    send(url, { method: methods[verb], agent: access.agent, signal, headers }, resolve)
      .on('error', reject)
      .end(request.body === undefined ? undefined : JSON.stringify(request.body));
    try {
      const response = await promise;
      const code = response.statusCode ?? 0;
      onAnswer({ verb, code });
      if (code < 200 || code > 299) throw toError(request, response, await text(response));
      return response;
    } catch (error) {
      if (error instanceof ApiError) throw error;
      onAnswer({ verb, code: 'none' });
      throw new Error(`${verb} ${path}: ${describe(error)}`, { cause: error });
    }
  }

  return {
    request: async (request) => {
      const timeout = AbortSignal.timeout(timeoutMs);
      const signal = request.signal ? AbortSignal.any([request.signal, timeout]) : timeout;
      return JSON.parse(await text(await open(request, signal)));
    },
    stream: async (request) => {
      const opening = new AbortController();
      const timer = setTimeout(() => opening.abort(), timeoutMs);
      const signal = request.signal
        ? AbortSignal.any([request.signal, opening.signal])
        : opening.signal;
      return open(request, signal).finally(() => clearTimeout(timer));
    },
    server: access.server.href,
    close: () => access.agent.destroy(),
  };
}

function headersOf({ verb, body, accept }: Request): Record<string, string> {
  const partial = verb === 'list' ? metadataList : metadataOnly;
  const type = verb === 'apply' ? 'application/apply-patch+yaml' : 'application/json';
  return {
    accept: accept === 'metadata' ? partial : 'application/json',
    'user-agent': operatorName,
    ...(body !== undefined && { 'content-type': type }),
  };
}

const status = z.object({ reason: z.string().default(''), message: z.string().default('') });

/** The body of a refusal is a Status, or whatever a proxy in between had to say. */
function toError(request: Request, response: http.IncomingMessage, body: string): ApiError {
  const code = response.statusCode ?? 0;
  const retryAfter = Number(response.headers['retry-after']);
  const { reason, message } = parseStatus(body);
  return new ApiError(
    code,
    reason,
    `${request.verb} ${request.path}: ${code} ${message.slice(0, 500)}`,
    Number.isFinite(retryAfter) ? retryAfter : undefined,
  );
}

function parseStatus(body: string): z.output<typeof status> {
  try {
    return status.parse(JSON.parse(body));
  } catch {
    return { reason: '', message: body };
  }
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'AbortError' || error.name === 'TimeoutError') return 'given up waiting';
  return error.message || ('code' in error ? String(error.code) : error.name);
}
