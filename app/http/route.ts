/** A route as data: from one array of them the server serves, documents and checks the API. */
import type { z } from 'zod';
import { unauthorized } from '../problem.ts';
import { parseBody, parseParams, parseQuery } from './validation.ts';

type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';

/**
 * Who may call: `anyone` (a token is not even looked at), `optional` (a token is used if there is
 * one; a bad one is 401), `signed-in`.
 */
type Access = 'anyone' | 'optional' | 'signed-in';

export type PlatformRole = 'administrator' | 'support';

/** The verified owner of an access token. */
export interface Caller {
  readonly userId: string;
  readonly platformRole: PlatformRole | null;
}

/** A request before the route's schemas have seen it. */
export interface Incoming {
  readonly caller: Caller | undefined;
  readonly params: unknown;
  readonly query: unknown;
  readonly body: unknown;
  /** Path and query as received. */
  readonly url: string;
  /** The client's address, as far as our own proxies tell it. */
  readonly address: () => string;
  /** A request header by its lower-case name. */
  readonly header: (name: string) => string | undefined;
}

/** Bytes other than JSON, with their media type. */
interface File {
  readonly type: string;
  readonly bytes: Uint8Array | string;
}

export interface Answer {
  readonly status: number;
  /** Sent as JSON. */
  readonly body?: object;
  /** The body is a cached object that other answers share: serialize and hash it only once. */
  readonly shared?: boolean;
  readonly file?: File;
  /** A strong entity tag without its quotes; GETs with a matching `If-None-Match` become 304. */
  readonly etag?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What each answer of a status holds: a schema, a file of a media type, or nothing. */
export type AnswerSpec = z.ZodType | { readonly file: string } | null;

interface Described {
  readonly method: Method;
  /** OpenAPI's form: `/api/v1/courses/{courseId}`. */
  readonly path: string;
  readonly summary: string;
  readonly tag: string;
  readonly answers: Readonly<Record<number, AnswerSpec>>;
  /** `Cache-Control`; `private, no-store` unless told. */
  readonly cacheControl?: string;
  /** Honour `Idempotency-Key`; needs `signed-in`. */
  readonly idempotent?: boolean;
  /** Left out of the request limits (they have their own). */
  readonly unlimited?: boolean;
}

interface Shapes {
  readonly params?: z.ZodType;
  readonly query?: z.ZodType;
  readonly body?: z.ZodType;
}

export interface Route extends Described, Shapes {
  readonly access: Access;
  /** Check the request against the schemas, then answer it. */
  readonly run: (incoming: Incoming) => Promise<Answer>;
}

interface Spec<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType> extends Described {
  readonly params?: P;
  readonly query?: Q;
  readonly body?: B;
}

type Parsed<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType, C> = Omit<
  Incoming,
  'caller' | 'params' | 'query' | 'body'
> & {
  readonly caller: C;
  readonly params: z.output<P>;
  readonly query: z.output<Q>;
  readonly body: z.output<B>;
};

/** A route for signed-in callers: without a valid token it is 401. */
export function signedInRoute<
  P extends z.ZodType = z.ZodUndefined,
  Q extends z.ZodType = z.ZodUndefined,
  B extends z.ZodType = z.ZodUndefined,
>(
  spec: Spec<P, Q, B> & {
    readonly answer: (request: Parsed<P, Q, B, Caller>) => Promise<Answer>;
  },
): Route {
  return {
    ...spec,
    access: 'signed-in',
    run: async (incoming) => {
      if (!incoming.caller) throw unauthorized();
      return spec.answer({ ...parse(spec, incoming), caller: incoming.caller });
    },
  };
}

/** A route open to all; `optional` access tells it who calls if they say so. */
export function openRoute<
  P extends z.ZodType = z.ZodUndefined,
  Q extends z.ZodType = z.ZodUndefined,
  B extends z.ZodType = z.ZodUndefined,
>(
  spec: Spec<P, Q, B> & {
    readonly access: 'anyone' | 'optional';
    readonly answer: (request: Parsed<P, Q, B, Caller | undefined>) => Promise<Answer>;
  },
): Route {
  return { ...spec, run: async (incoming) => spec.answer(parse(spec, incoming)) };
}

function parse<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType>(
  spec: Spec<P, Q, B>,
  incoming: Incoming,
): Parsed<P, Q, B, Caller | undefined> {
  return {
    ...incoming,
    params: parseParams(spec.params, incoming.params),
    query: parseQuery(spec.query, incoming.query),
    body: parseBody(spec.body, incoming.body),
  };
}
