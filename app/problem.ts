/** Errors as RFC 9457 problem documents: the only place where an error becomes an HTTP answer. */

/** One fault of a request, pointing at the field it is about. */
export interface Fault {
  /** JSON pointer into the body, as a fragment: `#/email`. */
  readonly pointer?: string;
  /** Name of a query or path parameter, or of a header. */
  readonly parameter?: string;
  /** The rule that was broken, e.g. `too_small`. */
  readonly rule: string;
  readonly detail: string;
  /** What was received, when it is short and not secret. */
  readonly value?: string | number | boolean | null;
}

interface Extras {
  readonly errors?: readonly Fault[];
  readonly headers?: Readonly<Record<string, string>>;
  readonly cause?: unknown;
}

/** An answer other than success, thrown by whoever finds the fault. */
export class Problem extends Error {
  readonly status: number;
  readonly code: string;
  readonly errors: readonly Fault[];
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, code: string, detail: string, extras: Extras = {}) {
    super(detail, { cause: extras.cause });
    this.name = 'Problem';
    this.status = status;
    this.code = code;
    this.errors = extras.errors ?? [];
    this.headers = extras.headers ?? {};
  }
}

const titles: Readonly<Record<number, string>> = {
  400: 'Bad request',
  401: 'Not signed in',
  403: 'Forbidden',
  404: 'Not found',
  405: 'Method not allowed',
  409: 'Conflict',
  412: 'Precondition failed',
  413: 'Content too large',
  415: 'Unsupported media type',
  422: 'Invalid content',
  428: 'Precondition required',
  429: 'Too many requests',
  500: 'Internal error',
  503: 'Unavailable',
};

/** A problem as it goes over the wire: never a stack, SQL or a token. */
export interface ProblemDocument {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly errors?: readonly Fault[];
}

export function toDocument(problem: Problem): ProblemDocument {
  return {
    type: `urn:bellwether:problem:${problem.code}`,
    title: titles[problem.status] ?? 'Error',
    status: problem.status,
    detail: problem.message,
    ...(problem.errors.length > 0 && { errors: problem.errors }),
  };
}

/** Statuses that Express's body parser puts on its errors, and what they mean to a client. */
const parserProblems: Readonly<Record<number, () => Problem>> = {
  400: () => new Problem(400, 'malformed', 'The body is not valid JSON.'),
  413: () => new Problem(413, 'too-large', 'The body is larger than 100 kB.'),
  415: () => unsupportedMediaType(),
};

/**
 * The problem that an error of any kind means to the client.
 *
 * What is not a `Problem` and not a fault of the request's body is 500 and says nothing of its cause.
 */
export function toProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (isDatabaseGone(error)) return unavailable('The database is away or too busy.', 2, error);
  const known = parserProblems[statusOf(error)];
  return known?.() ?? new Problem(500, 'internal', 'Something went wrong.', { cause: error });
}

function statusOf(error: unknown): number {
  const status = error instanceof Error && 'status' in error ? error.status : 0;
  return typeof status === 'number' ? status : 0;
}

/** Codes of Prisma, PostgreSQL and Node for a database that is away, closing, or too busy for now. */
const goneCodes = new Set([
  ...['P1001', 'P1002', 'P1008', 'P1017', 'P2024', 'P2028', 'P2034', 'P2037'],
  ...['57P01', '57P02', '57P03', '53300', '08000', '08001', '08003', '08006'],
  '08P01', // what PgBouncer says when it has no server to give, or lost the one it gave
  ...['55P03', '57014', '40001', '40P01'],
  ...['ECONNREFUSED', 'ECONNRESET', 'ENOTFOUND', 'EPIPE', 'ETIMEDOUT', 'EAI_AGAIN'],
]);
const goneMessages =
  /timeout exceeded when trying to connect|connection terminated|is not queryable|Can't reach database server|DatabaseNotReachable|SocketTimeout/i;

/** Prisma passes on what PostgreSQL says as P2010 (raw statements) or P2039, with PostgreSQL's code in the text. */
function codeOf(error: Error): string {
  const code = 'code' in error ? String(error.code) : '';
  const isPassedOn = code === 'P2010' || code === 'P2039';
  return isPassedOn ? (/Code: `(\w{5})`/.exec(error.message)?.[1] ?? code) : code;
}

function isDatabaseGone(error: unknown, depth = 0): boolean {
  if (!(error instanceof Error) || depth > 3) return false;
  return (
    goneCodes.has(codeOf(error)) ||
    goneMessages.test(error.message) ||
    isDatabaseGone(error.cause, depth + 1)
  );
}

/** 400: the request makes no sense as HTTP. */
export function badRequest(code: string, detail: string, errors: readonly Fault[] = []): Problem {
  return new Problem(400, code, detail, { errors });
}

/** 401. */
export function unauthorized(
  detail = 'This needs a valid access token.',
  cause?: unknown,
): Problem {
  const headers = { 'WWW-Authenticate': 'Bearer' };
  return new Problem(401, 'unauthorized', detail, { headers, cause });
}

/** 403: the caller may see the thing but not do this to it. */
export function forbidden(detail = 'You may not do this.'): Problem {
  return new Problem(403, 'forbidden', detail);
}

/** 404: not there, or outside the caller's view. */
export function notFound(detail = 'There is no such thing here.'): Problem {
  return new Problem(404, 'not-found', detail);
}

/** 409: against the state things are in; `code` tells clients which rule. */
export function conflict(code: string, detail: string): Problem {
  return new Problem(409, code, detail);
}

/** 412: someone else changed it since the client read it. */
export function changedSince(): Problem {
  return new Problem(412, 'changed', 'It has changed since you read it; read it again.');
}

/** 428: the change needs an `If-Match` header. */
export function matchRequired(): Problem {
  return new Problem(428, 'match-required', 'Send the ETag you read as If-Match.');
}

/** 422: understood, but breaks the rules that `errors` list. */
export function invalid(errors: readonly Fault[]): Problem {
  return new Problem(422, 'invalid', 'The request breaks the rules listed in errors.', { errors });
}

/** 415. */
export function unsupportedMediaType(): Problem {
  return new Problem(415, 'media-type', 'Send the body as application/json.');
}

/** 429. @param retryAfterSeconds whole seconds, >= 1 */
export function tooManyRequests(retryAfterSeconds: number): Problem {
  const headers = { 'Retry-After': String(retryAfterSeconds) };
  return new Problem(429, 'too-many-requests', 'Too many requests; wait a little.', { headers });
}

/** 503. @param retryAfterSeconds whole seconds, >= 1 */
export function unavailable(detail: string, retryAfterSeconds: number, cause?: unknown): Problem {
  const headers = { 'Retry-After': String(retryAfterSeconds) };
  return new Problem(503, 'unavailable', detail, { headers, cause });
}
