/** Redis sidecars while this operator leads: their sizes every three seconds, and before a raise. */
import type { Listed } from '../budgets/members.ts';
import { idOf, type Key } from '../kubernetes/collection.ts';
import type { StoredProfile } from '../kubernetes/profiles.ts';
import type { Log } from '../log.ts';
import { messageOf } from '../message.ts';
import type { RedisConsole } from '../redis/console.ts';
import { createMemoryBudget, type MemoryBudget, type RedisPod } from '../redis/memory-budget.ts';
import type { NearCacheMetrics } from '../redis/metrics.ts';
import type { Timing } from '../timing.ts';
import { lookAt } from './look.ts';
import { type TermsReader, termsOf } from './terms.ts';

export interface NearCachesOptions extends TermsReader {
  readonly connect: (profile: Key, pod: RedisPod) => Promise<RedisConsole>;
  readonly metrics: NearCacheMetrics;
  readonly log: Log;
  readonly isLeading: () => boolean;
  readonly wallMs: () => number;
}

export interface NearCaches {
  /** Size the sidecars of every profile until `signal` aborts. */
  readonly run: (
    options: Pick<Timing, 'sleep'> & {
      readonly profiles: () => readonly Listed[];
      readonly signal: AbortSignal;
    },
  ) => Promise<void>;
  /**
   * Make room for the pods of a raise before it is written. Never throws: without the room a cache exceeds its
   * budget for a moment, and learners wait for nobody's cache.
   */
  readonly makeRoom: (stored: StoredProfile, replicas: number) => Promise<void>;
}

const periodMs = 3000;
/** Until then a raise that was announced is written, or is not. */
const announcedMs = 10_000;

interface Entry {
  readonly budget: MemoryBudget;
  announced: { readonly replicas: number; readonly untilMs: number } | undefined;
  /** The end of what was asked for last: calls of one budget are made one at a time. */
  last: Promise<unknown>;
  problem: string;
}

export function createNearCaches(options: NearCachesOptions): NearCaches {
  const { metrics, log, isLeading, wallMs, connect } = options;
  const entries = new Map<string, Entry>();
  /** Else nobody would close what is opened. */
  let isRunning = false;

  const entryOf = ({ key }: StoredProfile): Entry => {
    const { namespace, name: profile } = key;
    const open = (pod: RedisPod) => connect(key, pod);
    const known = entries.get(idOf(key)) ?? {
      budget: createMemoryBudget({ namespace, profile, connect: open, isLeading, wallMs, metrics }),
      announced: undefined,
      last: Promise.resolve(),
      problem: '',
    };
    entries.set(idOf(key), known);
    return known;
  };

  const sizeNow = async (entry: Entry, stored: StoredProfile) => {
    const terms = termsOf(stored);
    if (!terms || !isLeading()) return;
    const isOver = !entry.announced || wallMs() > entry.announced.untilMs;
    const wanted = isOver ? 0 : (entry.announced?.replicas ?? 0);
    const fleet = await lookAt(options, stored.key.namespace, terms, wanted);
    if (!fleet) return;
    const { problems, excess } = await entry.budget.size(fleet);
    const over = excess > 0 ? [`the budget is exceeded by ${excess} bytes`] : [];
    tell(entry, stored, [...over, ...problems].join('; '));
  };
  const tell = (entry: Entry, { key }: StoredProfile, problem: string) => {
    if (problem !== entry.problem && problem !== '')
      log.warn({ profile: key, problem }, 'near caches');
    entry.problem = problem;
  };
  const size = (stored: StoredProfile): Promise<void> => {
    const entry = entryOf(stored);
    const sized = entry.last
      .then(() => sizeNow(entry, stored))
      .catch((error: unknown) => {
        tell(entry, stored, messageOf(error));
      });
    entry.last = sized;
    return sized;
  };
  const keepOnly = async (profiles: readonly StoredProfile[]) => {
    const ids = new Set(profiles.map(({ key }) => idOf(key)));
    for (const [id, entry] of entries) {
      if (ids.has(id)) continue;
      entries.delete(id);
      await entry.last; // it may be about to connect
      entry.budget.close();
    }
  };

  return {
    run: async ({ profiles, sleep, signal }) => {
      isRunning = true;
      while (!signal.aborted) {
        const cached = profiles()
          .filter(({ stored, isShadowed }) => termsOf(stored) && !isShadowed)
          .map(({ stored }) => stored);
        await keepOnly(cached);
        await Promise.all(cached.map(size));
        await sleep(periodMs, signal);
      }
      isRunning = false;
      await keepOnly([]);
    },
    makeRoom: async (stored, replicas) => {
      if (!isRunning || !termsOf(stored)) return;
      entryOf(stored).announced = { replicas, untilMs: wallMs() + announcedMs };
      await size(stored);
    },
  };
}
