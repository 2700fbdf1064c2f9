/** What is so, beside what the ledger says: PostgreSQL's own count, and the poolers asked by somebody else. */
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { Ledger } from '../../operator/api/budget-status.ts';
import type { Pooler } from '../../operator/pooling/ports.ts';
import type { Bed } from './bed.ts';
import type { FleetPod } from './fleet.ts';

/** Counts the sessions of the application's role, every 50 ms. */
export interface Counter {
  /** The most at once since it started. */
  readonly most: () => number;
  /** On average since it started. */
  readonly mean: () => number;
  /** Count now, too; 0 when PostgreSQL does not answer. */
  readonly count: () => Promise<number>;
  readonly stop: () => Promise<void>;
}

export function startCounter(superuserUrl: string): Counter {
  const pool = new pg.Pool({ connectionString: superuserUrl, max: 1, query_timeout: 2000 });
  pool.on('error', () => {}); // PostgreSQL restarts
  let most = 0;
  let total = 0;
  let counts = 0;
  let isStopping = false;
  const count = async () => {
    const query = "select count(*)::int as n from pg_stat_activity where usename = 'lms'";
    const rows = (await pool.query<{ n: number }>(query).catch(() => undefined))?.rows;
    const [row] = rows ?? [];
    if (!row) return 0;
    most = Math.max(most, row.n);
    total += row.n;
    counts += 1;
    return row.n;
  };
  const countOn = async () => {
    while (!isStopping) {
      await count();
      await sleep(50);
    }
  };
  const counting = countOn();
  return {
    most: () => most,
    mean: () => total / Math.max(1, counts),
    count,
    stop: async () => {
      isStopping = true;
      await counting;
      await pool.end();
    },
  };
}

/** Consoles of the observer's own, kept open from look to look. */
export class Observer {
  readonly #bed: Bed;
  readonly #consoles = new Map<string, Pooler>();

  constructor(bed: Bed) {
    this.#bed = bed;
  }

  /**
   * I2 for every pod that answers, while no rebalance is under way: limit and connections within its lease, or within
   * its floor where the ledger has not seen this run.
   */
  async overLease(pods: readonly FleetPod[], ledger: Ledger): Promise<readonly string[]> {
    const found = await Promise.all(pods.map((pod) => this.#check(pod, ledger)));
    return found.flat();
  }

  /** I6, I10 and I12: in peace every pooler has what its lease says, is known by its run, and is not retiring. */
  async unsettled(pods: readonly FleetPod[], ledger: Ledger): Promise<readonly string[]> {
    const odd = await Promise.all(
      pods.map(async (pod) => {
        const reading = await this.#read(pod);
        const lease = ledger.leases.find(({ uid }) => uid === pod.uid);
        const isSettled =
          reading?.limit === lease?.connections &&
          reading?.containerId === lease?.containerId &&
          reading?.isRetiring === false;
        return isSettled
          ? []
          : [`I10: ${pod.uid} has limit ${reading?.limit}, lease ${lease?.connections}`];
      }),
    );
    return [
      ...odd.flat(),
      ...ledger.ghosts.map(({ uid, connections }) => `I10: a ghost of ${uid} keeps ${connections}`),
    ];
  }

  close(): void {
    for (const console of this.#consoles.values()) console.close();
  }

  async #check(pod: FleetPod, ledger: Ledger): Promise<readonly string[]> {
    const reading = await this.#read(pod);
    if (!reading) return [];
    const lease = ledger.leases.find(({ uid }) => uid === pod.uid);
    const isKnown = lease?.containerId === reading.containerId;
    const allowed = isKnown ? lease.connections : pod.workload.profile.floor;
    const most = Math.max(reading.limit, reading.current);
    const { containerId } = reading;
    return most > allowed
      ? [`I2: ${pod.uid}, ${containerId}, may open ${most}, leased are ${allowed}`]
      : [];
  }

  async #read(pod: FleetPod) {
    if (!pod.pooler || pod.isSilent) return undefined;
    try {
      const console =
        this.#consoles.get(pod.uid) ?? (await this.#bed.poolers.connect(pod.pooler.where));
      this.#consoles.set(pod.uid, console);
      return await console.read();
    } catch {
      this.#consoles.get(pod.uid)?.close();
      this.#consoles.delete(pod.uid);
      return undefined;
    }
  }
}
