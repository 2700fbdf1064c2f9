/** Loading a value that no cache holds: once in the cluster, if that is costly. */
import type { Redis } from 'ioredis';
import type { Metrics } from '../metrics.ts';
import type { CacheKind } from './cache.ts';
import { takeLock, waitFor } from './lock.ts';
import type { Found, Values } from './values.ts';
import type { Generation } from './versions.ts';

/** What is asked for, of which generation, and how it is loaded. */
export interface Query {
  readonly kind: CacheKind;
  readonly id: string;
  readonly generation: Generation;
  readonly load: () => Promise<unknown>;
}

interface LoaderParts {
  /** The central cache Redis. */
  readonly redis: Redis;
  readonly values: Values;
  readonly metrics: Pick<Metrics, 'cacheFactories'>;
}

/** Without the central Redis nobody hears what others forget, so values are good for this long only. */
const localFreshSeconds = 5;
/** Values made together should not end together. */
const jitterRatio = 0.1;

/** @returns what loads a value and keeps it in Redis; undefined for what does not exist */
export function createLoader({ redis, values, metrics }: LoaderParts) {
  const loadAndKeep = async (query: Query): Promise<Found | undefined> => {
    const { kind, id, generation, load } = query;
    metrics.cacheFactories.inc({ cache: kind.name });
    const value = await load();
    if (value === undefined) return undefined;
    const held = { value, generation: generation.id, ...timesOf(query) };
    const length = generation.shared ? await values.keep(id, held) : JSON.stringify(held).length;
    return { held, length };
  };
  return async (query: Query): Promise<Found | undefined> => {
    const { kind, id, generation } = query;
    if (!kind.costly || !generation.shared) return loadAndKeep(query);
    const find = async () => {
      const found = await values.find(id, generation.id);
      return found && isFresh(found) ? found : undefined;
    };
    const lock = await takeLock(redis, `${id}@${generation.id}`);
    if (!lock) return (await waitFor(find)) ?? loadAndKeep(query);
    try {
      // Another may have loaded it between our look and our lock.
      return (await find()) ?? (await loadAndKeep(query));
    } finally {
      void lock.release();
    }
  };
}

export function isFresh({ held }: Found): boolean {
  return Date.now() < held.freshUntilMs;
}

function timesOf({ kind, generation }: Query) {
  const { freshSeconds, staleSeconds } = kind;
  const seconds = generation.shared ? freshSeconds : Math.min(freshSeconds, localFreshSeconds);
  const jitter = 1 - jitterRatio + 2 * jitterRatio * Math.random();
  const freshUntilMs = Date.now() + seconds * jitter * 1000;
  return { freshUntilMs, staleUntilMs: freshUntilMs + staleSeconds * 1000 };
}
