/** The HTTP server: routes as data become an Express application. It never listens. */
import type { OutgoingHttpHeaders } from 'node:http';
import cors from 'cors';
import express, { type ErrorRequestHandler, type Request, type Response } from 'express';
import { type Health, probe } from './health.ts';
import { networkOf } from './http/address.ts';
import { checkAnswer } from './http/check.ts';
import type { Idempotency } from './http/idempotency.ts';
import type { Policy, RequestLimits } from './http/limits.ts';
import { measure, routeOf } from './http/measure.ts';
import type { Answer, Caller, Incoming, Route } from './http/route.ts';
import { send, sendProblem } from './http/send.ts';
import type { LoadSensor } from './http/shedding.ts';
import { expireRequests } from './http/timeout.ts';
import type { Log } from './log.ts';
import type { Metrics } from './metrics.ts';
import { documentRoutes } from './openapi.ts';
import { notFound, Problem, toProblem, unavailable, unsupportedMediaType } from './problem.ts';

export interface ServerParts {
  readonly routes: readonly Route[];
  /** Who an `Authorization` header speaks for. Rejects with Problem 401 when it is no good. */
  readonly authenticate: (authorization: string | undefined) => Promise<Caller | undefined>;
  /** The caller has just committed a write. */
  readonly wrote: (userId: string) => Promise<void>;
  readonly idempotency: Idempotency;
  readonly limits: RequestLimits;
  readonly policies: { readonly anonymous: Policy; readonly user: Policy };
  readonly load: LoadSensor;
  readonly health: Health;
  readonly metrics: Metrics;
  readonly log: Log;
  readonly publicUrl: string;
  readonly trustProxyHops: number;
  readonly corsOrigins: readonly string[];
  /** Check each answer against its schema, and fail if it breaks it: for tests. */
  readonly checkAnswers?: boolean;
}

const defaultCacheControl = 'private, no-store';

/** The application that serves `parts.routes`, the health probes, `/openapi.json` and `/docs`. */
export function createApp(parts: ServerParts): express.Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.enable('case sensitive routing');
  app.enable('strict routing');
  app.set('query parser', 'simple');
  app.set('trust proxy', parts.trustProxyHops);

  const routes = [...parts.routes, ...documentRoutes(parts.routes, parts.publicUrl)];
  app.use(createFront(parts));
  for (const route of routes) {
    const path = toExpressPath(route.path);
    const serve = createServe(parts, route);
    if (route.body) app[route.method](path, jsonBody, serve);
    else app[route.method](path, serve);
  }
  for (const [path, methods] of methodsByPath(routes)) {
    app.all(path, (_request, response) => refuseMethod(response, path, methods));
  }
  app.use(() => {
    throw notFound('There is no such address.');
  });
  app.use(createLastResort(parts));
  return app;
}

/** No `inflate`: a compressed body is the cheapest way to a very large one. */
const jsonBody = express.json({ limit: '100kb', strict: false, inflate: false });

/** What comes before every route: probes, measuring, refusing under overload, CORS. */
function createFront(parts: ServerParts): express.RequestHandler {
  const share = cors({
    origin: [...parts.corsOrigins],
    exposedHeaders: ['ETag', 'Link', 'Location', 'RateLimit', 'Retry-After'],
    maxAge: 600,
  });
  const expire = expireRequests();
  return (request, response, next) => {
    if (request.path.endsWith('z')) {
      void answerProbe(parts, request, response, next);
      return;
    }
    measure(parts, request, response);
    if (parts.load.overloaded()) {
      parts.metrics.shed.inc();
      throw unavailable('Too busy to take this on.', 1);
    }
    expire(request, response);
    if (request.headers.origin === undefined || parts.corsOrigins.length === 0) next();
    else share(request, response, next);
  };
}

async function answerProbe(
  parts: ServerParts,
  request: Request,
  response: Response,
  next: express.NextFunction,
): Promise<void> {
  const answer = await probe(parts.health, request.path);
  if (answer) send(request, response, answer, { 'Cache-Control': 'no-store' });
  else next();
}

function createServe(parts: ServerParts, route: Route) {
  const { health, idempotency, wrote, checkAnswers } = parts;
  const name = `${route.method} ${route.path}`;
  const run = async (incoming: Incoming): Promise<Answer> => {
    const key = route.idempotent ? incoming.header('idempotency-key') : undefined;
    const { caller, url, body } = incoming;
    if (key === undefined || !caller) return route.run(incoming);
    return idempotency({ caller, key, route: name, url, body }, () => route.run(incoming));
  };
  return async (request: Request, response: Response): Promise<void> => {
    response.locals.route = route.path;
    const headers: OutgoingHttpHeaders = {
      'Cache-Control': route.cacheControl ?? defaultCacheControl,
    };
    if (health.draining()) headers.Connection = 'close';
    try {
      const caller = await admit(parts, route, request, headers);
      const answer = await run(toIncoming(route, request, caller));
      if (checkAnswers) checkAnswer(route, answer);
      if (caller && route.method !== 'get') await wrote(caller.userId);
      send(request, response, answer, headers);
    } catch (error) {
      report(parts.log, route.path, error);
      sendProblem(request, response, toProblem(error), headers);
    }
  };
}

/**
 * Find out who calls and count it; whoever fails to sign in is counted by address. Where signing in
 * is optional, a caller who cannot be confirmed just now counts as nobody.
 */
async function admit(
  { authenticate, limits, policies }: ServerParts,
  route: Route,
  request: Request,
  headers: OutgoingHttpHeaders,
): Promise<Caller | undefined> {
  const byAddress = () => limits.take(policies.anonymous, networkOf(request.ip ?? ''));
  const { authorization } = request.headers;
  let caller: Caller | undefined;
  if (route.access !== 'anyone' && authorization !== undefined) {
    try {
      caller = await authenticate(authorization);
    } catch (error) {
      byAddress();
      if (route.access === 'signed-in' || toProblem(error).status !== 503) throw error;
    }
  }
  if (route.unlimited) return caller;
  const { headers: told } = caller ? limits.take(policies.user, caller.userId) : byAddress();
  Object.assign(headers, told);
  return caller;
}

function toIncoming(route: Route, request: Request, caller: Caller | undefined): Incoming {
  const unread = route.body && request.body === undefined && hasBody(request);
  if (unread) throw unsupportedMediaType();
  return {
    caller,
    params: request.params,
    query: request.query,
    body: request.body,
    url: request.originalUrl,
    address: () => request.ip ?? '',
    header: (name) => request.get(name),
  };
}

function hasBody({ headers }: Request): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

/** By address, whatever its parameters are called on this or that route. */
function methodsByPath(routes: readonly Route[]): Map<string, readonly string[]> {
  const groups = Map.groupBy(routes, ({ path }) => path.replaceAll(/\{\w+\}/g, '{}'));
  return new Map(
    [...groups.values()].map((group) => [
      toExpressPath(group[0]?.path ?? ''),
      group.map(({ method }) => method.toUpperCase()),
    ]),
  );
}

function toExpressPath(template: string): string {
  return template.replaceAll(/\{(\w+)\}/g, ':$1');
}

function refuseMethod(response: Response, path: string, methods: readonly string[]): never {
  response.locals.route = path.replaceAll(/:(\w+)/g, '{$1}');
  const detail = `This address knows ${methods.join(', ')}.`;
  throw new Problem(405, 'method', detail, { headers: { Allow: methods.join(', ') } });
}

/** Errors from outside the routes: unknown addresses, unreadable bodies, overload. */
function createLastResort({ log }: ServerParts): ErrorRequestHandler {
  return (error: unknown, request: Request, response: Response, _next) => {
    report(log, routeOf(response), error);
    sendProblem(request, response, toProblem(error), { 'Cache-Control': defaultCacheControl });
  };
}

function report(log: Log, route: string, error: unknown): void {
  const problem = toProblem(error);
  if (problem.status >= 500) log.error({ route, err: problem.cause ?? problem }, 'request failed');
}
