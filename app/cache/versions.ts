/**
 * Versions of names. A cached value is good while its names have the versions under which its loading began, so whatever
 * is forgotten is outdated wherever a copy lies. Versions live in the central Redis alone; what this process
 * remembers of them is kept in step by client tracking.
 */
import { randomBytes } from 'node:crypto';
import type { Redis } from 'ioredis';
import { LRUCache } from 'lru-cache';
import { trackChanges } from './tracking.ts';

export interface Generation {
  /** Equal for equal versions of equal names. */
  readonly id: string;
  /** Whether all processes agree on it; if not, the central Redis is away and it means something to this process alone. */
  readonly shared: boolean;
}

export interface Versions {
  /** The generation of values with these names, if it is remembered. */
  readonly known: (names: readonly string[]) => Generation | undefined;
  /** The generation of values with these names; ask before the value is loaded. */
  readonly of: (names: readonly string[]) => Promise<Generation>;
  /** Give a name another version; repeated until Redis has taken it. */
  readonly forget: (name: string) => Promise<void>;
  readonly close: () => void;
}

const prefix = 'version:';
/** Longer than a value is kept; a version that ends only causes a load. */
const lifeSeconds = 6 * 3600;
const remembered = 20_000;
/** After a failure Redis is not asked for this long. */
const restMs = 2000;

/** @param subscriber a connection for tracking alone */
export function createVersions(redis: Redis, subscriber: Redis): Versions {
  const memory = new LRUCache<string, string>({ max: remembered });
  const asking = new Map<string, Promise<string>>();
  /** Forgotten here, while Redis could not be told. */
  const owed = new Set<string>();
  let localEpoch = 0;
  let restUntilMs = 0;

  const drop = (name: string) => {
    memory.delete(name);
    asking.delete(name);
  };
  const tracking = trackChanges(subscriber, {
    prefix,
    onChange: (keys) => {
      if (keys) {
        for (const key of keys) drop(key.slice(prefix.length));
        return;
      }
      memory.clear();
      asking.clear();
      localEpoch += 1;
    },
  });

  /** What changes while it is asked for is used once and not remembered: `drop` takes it out of `asking`. */
  const ask = (name: string): Promise<string> => {
    const fresh = randomBytes(9).toString('base64url');
    const answer = redis
      .set(`${prefix}${name}`, fresh, 'EX', lifeSeconds, 'NX', 'GET')
      .then((found) => found ?? fresh);
    asking.set(name, answer);
    const settle = (version?: string) => {
      if (asking.get(name) !== answer) return;
      asking.delete(name);
      if (version !== undefined && tracking.isCoherent()) memory.set(name, version);
    };
    answer.then(settle, () => settle());
    return answer;
  };

  const tell = async (name: string) => {
    drop(name);
    try {
      await redis.unlink(`${prefix}${name}`);
      drop(name); // who asked meanwhile may have been told the old one
      owed.delete(name);
    } catch {
      owed.add(name);
      localEpoch += 1;
    }
  };
  const tellOwed = () => {
    if (redis.status === 'ready') for (const name of owed) void tell(name);
  };
  redis.on('ready', tellOwed);
  const timer = setInterval(tellOwed, restMs).unref();

  const local = (): Generation => ({ id: `local-${localEpoch}`, shared: false });
  const known = (names: readonly string[]): Generation | undefined => {
    const versions: string[] = [];
    for (const name of names) {
      const version = memory.get(name);
      if (version === undefined) return undefined;
      versions.push(version);
    }
    return { id: versions.join('.'), shared: true };
  };

  return {
    known,
    of: async (names) => {
      const found = known(names);
      if (found) return found;
      if (performance.now() < restUntilMs || names.some((name) => owed.has(name))) return local();
      const questions = names.map((name) => memory.get(name) ?? asking.get(name) ?? ask(name));
      try {
        return { id: (await Promise.all(questions)).join('.'), shared: true };
      } catch {
        restUntilMs = performance.now() + restMs;
        return local();
      }
    },
    forget: tell,
    close: () => {
      clearInterval(timer);
      tracking.close();
    },
  };
}
