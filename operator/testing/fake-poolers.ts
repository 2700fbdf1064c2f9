/** Poolers at the port of the ledger, by pod: they take limits and shrink at once, as a PgBouncer without transactions does. */
import { demandOf } from '../pooling/observation.ts';
import type { Pooler, Poolers } from '../pooling/ports.ts';

interface FakePooler {
  /** Of the container that runs now. */
  run: string;
  limit: number;
  /** Server connections. */
  current: number;
  active: number;
  waiting: number;
  /** Whether the console answers. */
  isReached: boolean;
  isRetiring: boolean;
}

export interface FakePoolers extends Poolers {
  readonly byUid: Map<string, FakePooler>;
  /** A pod's pooler in its first run. */
  readonly start: (uid: string, floor: number) => FakePooler;
  /** Each limit that was set, as `uid limit`. */
  readonly limits: string[];
}

export function createFakePoolers(): FakePoolers {
  const byUid = new Map<string, FakePooler>();
  const limits: string[] = [];

  function reached(uid: string): FakePooler {
    const pooler = byUid.get(uid);
    if (!pooler?.isReached) throw new Error(`${uid} does not answer`);
    return pooler;
  }

  function consoleOf(uid: string): Pooler {
    return {
      read: async () => {
        const { run, limit, isRetiring, current, active, waiting } = reached(uid);
        const containerId = run;
        return { containerId, limit, isRetiring, current, active, waiting, serverPids: [] };
      },
      demand: async () => demandOf(reached(uid)),
      setLimit: async (limit) => {
        reached(uid).limit = limit;
        limits.push(`${uid} ${limit}`);
      },
      setLifetime: async (lifetime) => {
        const pooler = reached(uid);
        pooler.isRetiring = lifetime === 'short';
        if (pooler.isRetiring) pooler.current = Math.min(pooler.current, pooler.limit);
      },
      close: () => {},
    };
  }

  return {
    byUid,
    limits,
    start: (uid, floor) => {
      const idle = { current: 0, active: 0, waiting: 0, isReached: true, isRetiring: false };
      const pooler = { run: 'run-0', limit: floor, ...idle };
      byUid.set(uid, pooler);
      return pooler;
    },
    connect: async ({ uid }) => {
      reached(uid);
      return consoleOf(uid);
    },
  };
}
