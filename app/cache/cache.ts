/** Cached data: memory of this process over Redis over the database, kept in step by a bus. */
import { BentoCache, bentostore } from 'bentocache';
import { MemoryDriver, memoryDriver } from 'bentocache/drivers/memory';
import { redisDriver } from 'bentocache/drivers/redis';
import type { Redis } from 'ioredis';
import type { Metrics } from '../metrics.ts';
import { createBus } from './bus.ts';
import { type Lock, takeLock, waitFor } from './lock.ts';

/** A kind of cached value and how long it is good. */
export interface CacheKind {
  /** Label of its metrics and prefix of its keys. */
  readonly name: string;
  readonly freshSeconds: number;
  /** How long beyond that it may stand in while the database is slow or away. */
  readonly staleSeconds: number;
  /** Computed by one process of the cluster at a time; the others wait for its result. */
  readonly costly: boolean;
}

export interface Cache {
  /**
   * The cached value, or else what `load` finds. Values are shared, so never change one, and plain
   * JSON: a date would come back as a string.
   *
   * @param tags names under which it can be forgotten together with others
   * @param load resolves to undefined for what does not exist; that is not kept
   */
  readonly read: <T extends object>(
    kind: CacheKind,
    key: string,
    tags: readonly string[],
    load: () => Promise<T | undefined>,
  ) => Promise<T | undefined>;
  /** Forget a value everywhere; call it after commit. */
  readonly forget: (kind: CacheKind, key: string) => Promise<void>;
  /** Forget all values with the tag everywhere; call it after commit. */
  readonly forgetTag: (tag: string) => Promise<void>;
  readonly close: () => Promise<void>;
}

interface CacheParts {
  /** The cache Redis, with a short command timeout. */
  readonly redis: Redis;
  /** A second connection to it, for the bus. */
  readonly subscriber: Redis;
  readonly metrics: Pick<Metrics, 'cacheRequests' | 'cacheFactories'>;
}

const memoryItems = 5000;
/** A database that takes longer is answered for by the stale value, if there is one. */
const softTimeoutMs = 1000;
/** After a failure of Redis it is not asked for this long. */
const circuitBreakMs = 2000;
/** Values made together should not end together. */
const jitterRatio = 0.1;

/** A cache that works, if slower, whatever happens to Redis. */
export function createCache({ redis, subscriber, metrics }: CacheParts): Cache {
  const memory = memoryOf(subscriber);
  const bento = new BentoCache({
    default: 'lms',
    prefix: 'cache',
    stores: {
      lms: bentostore({
        l2CircuitBreakerDuration: circuitBreakMs,
        suppressL2Errors: true,
        timeout: softTimeoutMs,
        graceBackoff: circuitBreakMs,
      })
        .useL1Layer(memory)
        .useL2Layer(redisDriver({ connection: redis }))
        .useBus({
          options: { retryQueue: { enabled: true, maxSize: 1000 } },
          factory: () => createBus(redis, subscriber),
        }),
    },
  });

  const loadOnce = async <T>(id: string, load: () => Promise<T>, locks: Lock[]) => {
    const lock = await takeLock(redis, id);
    if (lock) {
      locks.push(lock);
      return { value: await load() };
    }
    const found = await waitFor<T>(() => bento.get<T>({ key: id, grace: false }));
    return found === undefined ? { value: await load() } : { value: found, theirs: true };
  };

  return {
    read: async <T extends object>(
      kind: CacheKind,
      key: string,
      tags: readonly string[],
      load: () => Promise<T | undefined>,
    ) => {
      const id = `${kind.name}:${key}`;
      const locks: Lock[] = [];
      let hit = true;
      const counted = () => {
        metrics.cacheFactories.inc({ cache: kind.name });
        return load();
      };
      try {
        return await bento.getOrSet<T | undefined>({
          key: id,
          ttl: jittered(kind.freshSeconds) * 1000,
          grace: (kind.freshSeconds + kind.staleSeconds) * 1000,
          tags: [...tags],
          factory: async ({ skip, setOptions }) => {
            hit = false;
            const { value, theirs } = kind.costly
              ? await loadOnce(id, counted, locks)
              : { value: await counted(), theirs: false };
            if (theirs) setOptions({ skipL2Write: true, skipBusNotify: true });
            return value ?? skip();
          },
        });
      } catch (error) {
        // The factory ran, so the failure is the database's; otherwise it is the cache's own.
        if (!hit) throw error;
        hit = false;
        return await counted();
      } finally {
        metrics.cacheRequests.inc({ cache: kind.name, result: hit ? 'hit' : 'miss' });
        for (const lock of locks) void lock.release();
      }
    },
    forget: async (kind, key) => {
      await bento.delete({ key: `${kind.name}:${key}` });
    },
    forgetTag: async (tag) => {
      await bento.deleteByTag({ tags: [tag] });
    },
    close: async () => {
      await bento.disconnect();
      redis.disconnect();
    },
  };
}

/**
 * Keeps objects as they are. Values that come from Redis arrive as text, which bentocache 1.6 would
 * put away as it is and then fail to read back.
 */
class ObjectMemory extends MemoryDriver {
  override set(key: string, value: string, ttl?: number): boolean {
    return super.set(key, typeof value === 'string' ? JSON.parse(value) : value, ttl);
  }
}

/** This process's memory, emptied whenever the bus may have missed something. */
function memoryOf(subscriber: Redis) {
  const { options } = memoryDriver({ maxItems: memoryItems, serialize: false });
  return {
    options,
    factory: (config: ConstructorParameters<typeof MemoryDriver>[0]) => {
      const memory = new ObjectMemory(config);
      subscriber.on('ready', () => memory.clear());
      return memory;
    },
  };
}

function jittered(seconds: number): number {
  return seconds * (1 - jitterRatio + 2 * jitterRatio * Math.random());
}
