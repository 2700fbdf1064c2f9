/** Answers onto the wire: JSON or files, entity tags, 304, and the security headers of every answer. */
import { createHash } from 'node:crypto';
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import helmet from 'helmet';
import { type Problem, toDocument } from '../problem.ts';
import type { Answer } from './route.ts';

interface Bytes {
  readonly type: string;
  readonly bytes: Buffer | Uint8Array;
  readonly etag?: string;
}

const json = 'application/json; charset=utf-8';
const nothing: Bytes = { type: '', bytes: new Uint8Array() };

/** What helmet sets on every response, found out once instead of on each request. */
const securityHeaders = ((): OutgoingHttpHeaders => {
  const headers: Record<string, string> = {};
  const recorder = {
    setHeader: (name: string, value: string) => {
      headers[name] = value;
    },
    removeHeader: () => undefined,
  };
  helmet()({} as IncomingMessage, recorder as unknown as ServerResponse, () => undefined);
  return headers;
})();

/** Serialized forms of shared bodies, for as long as the caches keep the objects. */
const rendered = new WeakMap<object, Bytes>();

/**
 * Send the answer; on a GET whose `If-None-Match` names its entity tag only 304.
 *
 * @param headers of this request's policies (limits, caching, draining); the answer's own win
 */
export function send(
  request: IncomingMessage,
  response: ServerResponse,
  answer: Answer,
  headers: OutgoingHttpHeaders,
): void {
  if (response.headersSent || response.destroyed) return;
  const { type, bytes, etag } = render(answer);
  const all: OutgoingHttpHeaders = { ...securityHeaders, ...headers, ...answer.headers };
  if (etag) all.ETag = `"${etag}"`;
  if (etag && answer.status === 200 && noneMatches(request, etag)) {
    response.writeHead(304, all).end();
    return;
  }
  if (type) all['Content-Type'] = type;
  if (answer.status !== 204) all['Content-Length'] = bytes.byteLength;
  response.writeHead(answer.status, all).end(bytes);
}

/** Send a problem as `application/problem+json`. */
export function sendProblem(
  request: IncomingMessage,
  response: ServerResponse,
  problem: Problem,
  headers: OutgoingHttpHeaders,
): void {
  const bytes = JSON.stringify(toDocument(problem));
  const file = { type: 'application/problem+json', bytes };
  const own = { ...headers, 'Cache-Control': 'private, no-store' };
  send(request, response, { status: problem.status, file, headers: problem.headers }, own);
}

function render(answer: Answer): Bytes {
  const { body, file, etag } = answer;
  const tag = etag === undefined ? {} : { etag };
  if (file) return { type: file.type, bytes: Buffer.from(file.bytes), ...tag };
  if (!body) return { ...nothing, ...tag };
  if (!answer.shared) return { type: json, bytes: Buffer.from(JSON.stringify(body)), ...tag };
  const known = rendered.get(body) ?? renderShared(body);
  return etag === undefined ? known : { ...known, etag };
}

function renderShared(body: object): Bytes {
  const bytes = Buffer.from(JSON.stringify(body));
  const etag = createHash('sha256').update(bytes).digest('base64url').slice(0, 22);
  const result = { type: json, bytes, etag };
  rendered.set(body, result);
  return result;
}

/** Weak comparison, as `If-None-Match` asks. @see https://www.rfc-editor.org/rfc/rfc9110#section-13.1.2 */
function noneMatches(request: IncomingMessage, etag: string): boolean {
  if (request.method !== 'GET' && request.method !== 'HEAD') return false;
  const wanted = request.headers['if-none-match'];
  return wanted !== undefined && listsTag(wanted, etag);
}

/** Whether a header's list of entity tags has this one (or is `*`). */
function listsTag(list: string, etag: string): boolean {
  return list.split(',').some((part) => {
    const tag = part.trim().replace(/^W\//, '');
    return tag === '*' || tag === `"${etag}"`;
  });
}
