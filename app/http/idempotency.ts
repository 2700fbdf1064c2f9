/** `Idempotency-Key`: a repeated request gets the first one's answer instead of a second effect. */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { PrismaClient } from '../database/generated/client.ts';
import { conflict, invalid } from '../problem.ts';
import type { Answer, Caller } from './route.ts';

interface KeyedRequest {
  readonly caller: Caller;
  readonly key: string;
  /** Method and template: one key may serve once on each route. */
  readonly route: string;
  readonly url: string;
  readonly body: unknown;
}

export type Idempotency = (request: KeyedRequest, run: () => Promise<Answer>) => Promise<Answer>;

/** Answers are replayed for a day. */
const keptMs = 24 * 3_600_000;
/** A request in flight for longer has lost its process; another may take its place. */
const abandonedMs = 60_000;

const keySchema = z.string().regex(/^[\x21-\x7e]{1,255}$/);
const headersSchema = z.record(z.string(), z.string());
const bodySchema = z.record(z.string(), z.unknown());

/**
 * Keep answers of keyed requests in the database. Only answers of success are kept: a refusal
 * changed nothing, so the same key may try again.
 *
 * @returns throws Problem 409 while the first request is in flight, 422 for another request under
 *   the same key
 */
export function createIdempotency(prisma: PrismaClient, now: () => number = Date.now): Idempotency {
  return async (request, run) => {
    const { userId } = request.caller;
    const id = { userId, route: request.route, key: parseKey(request.key) };
    const fingerprint = fingerprintOf(request);
    const lockedUntil = new Date(now() + abandonedMs);
    const isFirst = await begin(prisma, { ...id, fingerprint, lockedUntil }, now());
    const where = { userId_route_key: id };
    if (!isFirst) return replay(await prisma.idempotencyKey.findUnique({ where }), fingerprint);
    try {
      const answer = await run();
      await prisma.idempotencyKey.updateMany({ where: { ...id, lockedUntil }, data: kept(answer) });
      return answer;
    } catch (error) {
      await prisma.idempotencyKey.deleteMany({ where: { ...id, lockedUntil, status: null } });
      throw error;
    }
  };
}

interface Begun {
  readonly userId: string;
  readonly route: string;
  readonly key: string;
  readonly fingerprint: Uint8Array;
  readonly lockedUntil: Date;
}

/** Take the key, also from an answer that was kept long enough or a request that was abandoned. @returns whether it was free */
async function begin(
  prisma: Pick<PrismaClient, '$executeRaw'>,
  { userId, route, key, fingerprint, lockedUntil }: Begun,
  nowMs: number,
): Promise<boolean> {
  const at = new Date(nowMs);
  const count = await prisma.$executeRaw`
    INSERT INTO idempotency_keys AS k (user_id, route, key, fingerprint, locked_until, created_at)
    VALUES (${userId}::uuid, ${route}, ${key}, ${fingerprint}, ${lockedUntil}::timestamptz,
      ${at}::timestamptz)
    ON CONFLICT (user_id, route, key) DO UPDATE
    SET fingerprint = excluded.fingerprint, locked_until = excluded.locked_until,
      created_at = excluded.created_at, status = NULL, headers = NULL, body = NULL
    WHERE k.created_at < ${new Date(nowMs - keptMs)}::timestamptz
      OR (k.status IS NULL AND k.locked_until < ${at}::timestamptz)`;
  return count === 1;
}

function kept({ status, body, headers, etag }: Answer) {
  return {
    status,
    body: body ? JSON.stringify(body) : null,
    headers: { ...headers, ...(etag !== undefined && { ETag: `"${etag}"` }) },
  };
}

function parseKey(text: string): string {
  const result = keySchema.safeParse(text);
  if (result.success) return result.data;
  const detail = 'expected 1 to 255 printable ASCII characters';
  throw invalid([{ parameter: 'Idempotency-Key', rule: 'format', detail }]);
}

function fingerprintOf({ url, body }: KeyedRequest): Uint8Array<ArrayBuffer> {
  const text = JSON.stringify([url, body ?? null]);
  return new Uint8Array(createHash('sha256').update(text).digest());
}

interface Stored {
  readonly fingerprint: Uint8Array;
  readonly status: number | null;
  readonly headers: unknown;
  readonly body: string | null;
}

function replay(stored: Stored | null, fingerprint: Uint8Array): Answer {
  if (stored && Buffer.compare(stored.fingerprint, fingerprint) !== 0) {
    const detail = 'was used for another request';
    throw invalid([{ parameter: 'Idempotency-Key', rule: 'reused', detail }]);
  }
  if (!stored || stored.status === null) {
    throw conflict('in-flight', 'The first request with this Idempotency-Key is still in flight.');
  }
  const headers = { ...headersSchema.parse(stored.headers), 'Idempotency-Replayed': 'true' };
  const body = stored.body === null ? {} : { body: bodySchema.parse(JSON.parse(stored.body)) };
  return { status: stored.status, headers, ...body };
}
