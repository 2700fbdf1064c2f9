/** A short lock in Redis, so that of many processes one computes a value and the others wait for it. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Redis } from 'ioredis';

/** Longer than computing a value may take; a crashed holder delays others by this. */
const heldMs = 2000;
const pollMs = 20;

/** Deletes the lock only if it is still ours. */
const releaseScript = `
if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
return 0`;

export interface Lock {
  readonly release: () => Promise<void>;
}

/** @returns undefined when another process holds it; an empty lock when Redis cannot tell */
export async function takeLock(redis: Redis, name: string): Promise<Lock | undefined> {
  const token = randomUUID();
  const key = `lock:${name}`;
  try {
    const taken = await redis.set(key, token, 'PX', heldMs, 'NX');
    if (taken !== 'OK') return undefined;
  } catch {
    return { release: async () => undefined };
  }
  return {
    release: async () => {
      await redis.eval(releaseScript, 1, key, token).catch(() => undefined);
    },
  };
}

/**
 * What the holder of a lock has computed, as soon as `look` finds it.
 *
 * @returns undefined after as long as a lock is held
 */
export async function waitFor<T>(look: () => Promise<T | undefined>): Promise<T | undefined> {
  const deadline = performance.now() + heldMs;
  while (performance.now() < deadline) {
    await sleep(pollMs);
    const found = await look();
    if (found !== undefined) return found;
  }
  return undefined;
}
