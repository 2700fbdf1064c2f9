/**
 * Request limits a minute, counted in this process and shared through Redis in batches.
 *
 * A request costs no round trip: it is judged by the count of the whole cluster as of the last
 * exchange plus what this process has counted since. With exchanges twice a second a client can
 * overrun its limit by no more than what the pods let through in half a second; without Redis each
 * process limits by its own count.
 */
import type { Redis } from 'ioredis';
import { tooManyRequests } from '../problem.ts';

interface Allowance {
  /** `RateLimit` and `RateLimit-Policy`. @see draft-ietf-httpapi-ratelimit-headers */
  readonly headers: Readonly<Record<string, string>>;
}

export interface RequestLimits {
  /** Count one request of `key`. @throws Problem 429 when it is one too many */
  readonly take: (policy: Policy, key: string) => Allowance;
  /** The same, asking Redis before it judges: exact over all processes, for what attackers guess at. */
  readonly takeExactly: (policy: Policy, key: string) => Promise<Allowance>;
  /** Exchange counts with Redis now; called by a timer, never throws. */
  readonly exchange: () => Promise<void>;
  readonly stop: () => void;
}

export interface Policy {
  readonly name: string;
  readonly perMinute: number;
}

/** The one command that counting needs. */
type Counter = Pick<Redis, 'eval'>;

interface Count {
  /** Counted here and not yet told to Redis. */
  pending: number;
  /** Of the whole cluster, as of the last exchange. */
  shared: number;
}

const windowMs = 60_000;
const exchangeMs = 500;
/** Beyond this many clients a minute the one first seen is forgotten, to bound memory. */
const maxKeys = 100_000;

/** Adds what was counted here and returns the sum; the count outlives its window by one. */
const addScript = `
local sum = redis.call('INCRBY', KEYS[1], ARGV[1])
if sum == tonumber(ARGV[1]) then redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
return sum`;

/**
 * @param redis the state Redis; undefined: this process only
 * @param onError told of each failed exchange
 */
export function createRequestLimits(
  redis: Counter | undefined,
  onError: (error: unknown) => undefined,
  now: () => number = Date.now,
): RequestLimits {
  let window = Math.floor(now() / windowMs);
  let counts = new Map<string, Count>();

  const rollOver = () => {
    const current = Math.floor(now() / windowMs);
    if (current === window) return;
    window = current;
    counts = new Map();
  };

  const countOf = (id: string): Count => {
    const known = counts.get(id);
    if (known) return known;
    const fresh = { pending: 0, shared: 0 };
    counts.set(id, fresh);
    if (counts.size > maxKeys) counts.delete(counts.keys().next().value ?? id);
    return fresh;
  };

  /** Add to the cluster's count. @returns its sum, this addition included */
  const addToShared = async (target: Counter, id: string, count: Count, added: number) => {
    count.shared += added;
    const key = `limit:{${id}}:${window}`;
    const sum = Number(await target.eval(addScript, 1, key, added, 2 * windowMs));
    count.shared = Math.max(count.shared, sum);
    return sum;
  };

  const share = (target: Counter, id: string, count: Count) => {
    const added = count.pending;
    count.pending = 0;
    return addToShared(target, id, count, added);
  };

  const exchange = async () => {
    if (!redis) return;
    const due = [...counts].filter(([, count]) => count.pending > 0);
    const results = await Promise.allSettled(due.map(([id, count]) => share(redis, id, count)));
    const failed = results.find((result) => result.status === 'rejected');
    if (failed) onError(failed.reason);
  };

  const timer = setInterval(exchange, exchangeMs).unref();

  /** @param place of this request in its window: 1 is the first */
  const judge = (policy: Policy, place: number): Allowance => {
    const left = policy.perMinute - place;
    const resetSeconds = Math.ceil((windowMs - (now() % windowMs)) / 1000);
    if (left < 0) throw tooManyRequests(resetSeconds);
    return { headers: headersOf(policy, left, resetSeconds) };
  };

  return {
    take: (policy, key) => {
      rollOver();
      const count = countOf(`${policy.name}:${key}`);
      count.pending += 1;
      return judge(policy, count.shared + count.pending);
    },
    takeExactly: async (policy, key) => {
      rollOver();
      const id = `${policy.name}:${key}`;
      const count = countOf(id);
      const placeHere = count.shared + 1;
      if (!redis) count.shared = placeHere;
      const place = redis && (await addToShared(redis, id, count, 1).catch(onError));
      // What Redis missed while it was away has still been seen here.
      return judge(policy, Math.max(placeHere, place ?? 0));
    },
    exchange,
    stop: () => clearInterval(timer),
  };
}

function headersOf(policy: Policy, left: number, resetSeconds: number): Record<string, string> {
  return {
    'RateLimit-Policy': `"${policy.name}";q=${policy.perMinute};w=60`,
    RateLimit: `"${policy.name}";r=${left};t=${resetSeconds}`,
  };
}
