/** The calendar as Prometheus sees it: how many learners are expected, exported by whoever holds the lease. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Gauge, type Registry } from 'prom-client';
import type { Lease } from '../queue/lease.ts';

/** The database is asked no more often than this, however many scrape. */
const countEveryMs = 15_000;
/** An older count is not told any more: the database has not answered since. */
const longestAgeMs = 30_000;
/** A scrape waits no longer than this: the other metrics must not wait for the database. */
const patienceMs = 250;

interface Counted {
  /** When it was asked for. */
  readonly at: number;
  readonly learners: number;
}

/**
 * Export how many learners are expected while `lease` is ours; nothing otherwise, or when the database cannot tell:
 * absent is not 0.
 *
 * @param count learners expected now
 * @param now monotonic milliseconds
 */
export function exportExpectedLearners(
  registry: Registry,
  count: () => Promise<number>,
  lease: Pick<Lease, 'isMine'>,
  now: () => number = () => performance.now(),
): void {
  let latest: Counted | undefined;
  let counting: Promise<void> | undefined;
  const isYounger = (ageMs: number) => latest !== undefined && now() - latest.at < ageMs;
  const ask = async () => {
    const at = now();
    latest = await count().then(
      (learners) => ({ at, learners }),
      () => undefined,
    );
    counting = undefined;
  };
  new Gauge({
    name: 'lms_expected_learners',
    help: 'Learners in whose courses an exam or a lesson is open or opens within the lead.',
    registers: [registry],
    async collect() {
      if (lease.isMine() && !isYounger(countEveryMs)) {
        counting ??= ask();
        await Promise.race([counting, sleep(patienceMs, undefined, { ref: false })]);
      }
      if (lease.isMine() && latest && isYounger(longestAgeMs)) this.set(latest.learners);
      else this.remove();
    },
  });
}
