/** Cached data: memory of this process over Redis over the database, outdated everywhere at once by versions. */
import type { Redis } from 'ioredis';
import { LRUCache } from 'lru-cache';
import type { Metrics } from '../metrics.ts';
import { createLoader, isFresh, type Query } from './load.ts';
import { createValues, type Found } from './values.ts';
import { createVersions, type Generation } from './versions.ts';

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
  /** The central cache Redis, with a short command timeout. */
  readonly redis: Redis;
  /** A second connection to it, for tracking. */
  readonly subscriber: Redis;
  /** The Redis beside this process, if there is one. */
  readonly near?: Redis | undefined;
  /** The most that values in memory take, in characters of their texts. */
  readonly memoryCharacters?: number | undefined;
  readonly metrics: Pick<Metrics, 'cacheRequests' | 'cacheFactories'>;
}

/** The most values in memory, however small. */
const memoryItems = 5000;
/** A database that takes longer is answered for by the stale value, if there is one. */
const softTimeoutMs = 1000;
/** This long a stale value then stands in before the database is asked again. */
const standInMs = 2000;

/** A cache that works, if slower, whatever happens to Redis. */
export function createCache(parts: CacheParts): Cache {
  const { redis, subscriber, near, metrics, memoryCharacters = 32 * 1024 * 1024 } = parts;
  const versions = createVersions(redis, subscriber);
  const values = createValues(near ? [near, redis] : [redis]);
  const load = createLoader({ redis, values, metrics });
  const memory = new LRUCache<string, Found>({
    max: memoryItems,
    maxSize: memoryCharacters,
    sizeCalculation: ({ length }) => length,
  });
  const flights = new Map<string, Promise<Found | undefined>>();

  /** By a value that is no longer fresh while the database is slow or fails; the load goes on. */
  const loadOrStandIn = async (query: Query, stale: Found | undefined) => {
    const loaded = load(query).then((found) => {
      if (found) memory.set(query.id, found);
      else memory.delete(query.id);
      return found;
    });
    if (!stale) return loaded;
    const inTime = await settledWithin(loaded, softTimeoutMs);
    if (inTime) return loaded;
    const generation = query.generation.id;
    const freshUntilMs = Date.now() + standInMs;
    const standIn = { ...stale, held: { ...stale.held, generation, freshUntilMs } };
    memory.set(query.id, standIn);
    return standIn;
  };

  const find = async (query: Query, onMiss: () => void): Promise<Found | undefined> => {
    const { id, generation } = query;
    const remembered = memory.get(id);
    const found = generation.shared ? await values.find(id, generation.id) : undefined;
    if (found && isFresh(found)) {
      memory.set(id, found);
      return found;
    }
    onMiss();
    const stale = [found, remembered].find((one) => one && mayStandIn(one, generation));
    return loadOrStandIn(query, stale);
  };

  /** @returns the value, and whether it was there already */
  const lookUp = async (query: Query): Promise<readonly [Found | undefined, boolean]> => {
    const { id, generation } = query;
    const remembered = memory.get(id);
    if (remembered?.held.generation === generation.id && isFresh(remembered)) {
      return [remembered, true];
    }
    // Who comes after its own commit has another generation, so it joins no older flight.
    const name = `${id}@${generation.id}`;
    const running = flights.get(name);
    if (running) return [await running, true];
    let isHit = true;
    const flight = find(query, () => {
      isHit = false;
    }).finally(() => flights.delete(name));
    flights.set(name, flight);
    return [await flight, isHit];
  };

  return {
    read: async <T extends object>(
      kind: CacheKind,
      key: string,
      tags: readonly string[],
      load: () => Promise<T | undefined>,
    ) => {
      const id = `${kind.name}:${key}`;
      const names = [keyName(kind, key), ...tags.map(tagName)];
      const generation = versions.known(names) ?? (await versions.of(names));
      let isHit = false;
      try {
        const [found, wasThere] = await lookUp({ kind, id, generation, load });
        isHit = wasThere;
        return found?.held.value as T | undefined;
      } finally {
        metrics.cacheRequests.inc({ cache: kind.name, result: isHit ? 'hit' : 'miss' });
      }
    },
    forget: (kind, key) => versions.forget(keyName(kind, key)),
    forgetTag: (tag) => versions.forget(tagName(tag)),
    close: async () => {
      versions.close();
      redis.disconnect();
      near?.disconnect();
    },
  };
}

function keyName(kind: CacheKind, key: string): string {
  return `key:${kind.name}:${key}`;
}

function tagName(tag: string): string {
  return `tag:${tag}`;
}

/** While nobody knows what was forgotten, a value of any generation may. */
function mayStandIn({ held }: Found, generation: Generation): boolean {
  const isSame = held.generation === generation.id || !generation.shared;
  return isSame && Date.now() < held.staleUntilMs;
}

/** @returns whether the work has succeeded by then; it goes on otherwise */
async function settledWithin(work: Promise<unknown>, milliseconds: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const timer = setTimeout(() => resolve(false), milliseconds);
  const done = work.then(
    () => true,
    () => false,
  );
  try {
    return await Promise.race([done, promise]);
  } finally {
    clearTimeout(timer);
  }
}
