/** Transactions that arrive at random, at a rate, whether those before have ended or not. */
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { type Random, seededRandom } from '../../bench/load/random.ts';

export interface Arrivals {
  /** @param perSecond on average; 0 for a pause */
  readonly setRate: (perSecond: number) => void;
  /** No more arrivals; resolves when those that came have been served. */
  readonly end: () => Promise<void>;
}

export interface Server {
  /** Serve one arrival over a connection of the pool. */
  readonly serve: (pool: pg.Pool, random: Random) => Promise<void>;
  readonly fail: (error: unknown) => void;
}

/** Connections of one pod's application; more than it needs where a pooler or the database lets it. */
const mostConnections = 60;
const pauseMs = 20;

export function startArrivals(url: string, seed: number, { serve, fail }: Server): Arrivals {
  const random = seededRandom(seed);
  const pool = new pg.Pool({ connectionString: url, max: mostConnections });
  pool.on('error', () => {}); // an idle connection that breaks is replaced
  const running = new Set<Promise<void>>();
  let rate = 0;
  let isEnding = false;
  const arrive = async () => {
    let nextMs = performance.now();
    while (!isEnding) {
      if (rate === 0) {
        await sleep(pauseMs);
        nextMs = performance.now();
        continue;
      }
      nextMs -= (1000 * Math.log(1 - random())) / rate;
      const leftMs = nextMs - performance.now();
      if (leftMs > 1) await sleep(leftMs);
      const run = serve(pool, random)
        .catch(fail)
        .finally(() => running.delete(run));
      running.add(run);
    }
  };
  const arriving = arrive();
  return {
    setRate: (perSecond) => {
      rate = perSecond;
    },
    end: async () => {
      isEnding = true;
      await arriving;
      await Promise.all(running);
      await pool.end();
    },
  };
}
