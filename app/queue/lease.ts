/** A short lease in Redis: of all processes that ask, one holds it. */
import type { Redis } from 'ioredis';

export interface Lease {
  /** Whether this process surely holds it now. */
  readonly isMine: () => boolean;
  /** Take it or keep it; to be called well within its time. Never rejects: without Redis it lapses. */
  readonly renew: () => Promise<void>;
  readonly release: () => Promise<void>;
}

const renewScript = `
local holder = redis.call('GET', KEYS[1])
if holder and holder ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1`;

const releaseScript = `
if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
return 0`;

/**
 * @param holder names this process, and no other
 * @param now monotonic milliseconds; the lease is counted from before it was asked for, so that it
 *   ends here no later than in Redis
 */
export function createLease(
  redis: Pick<Redis, 'eval'>,
  { key, holder, durationMs }: { key: string; holder: string; durationMs: number },
  now: () => number = () => performance.now(),
): Lease {
  let mineUntil = -Infinity;
  return {
    isMine: () => now() < mineUntil,
    renew: async () => {
      const asked = now();
      const mine = await redis.eval(renewScript, 1, key, holder, durationMs).catch(() => undefined);
      if (mine === 1) mineUntil = asked + durationMs;
      else if (mine === 0) mineUntil = -Infinity;
    },
    release: async () => {
      mineUntil = -Infinity;
      await redis.eval(releaseScript, 1, key, holder).catch(() => undefined);
    },
  };
}
