/** How much may go wrong at once: as much as the cushion is for, until the ledger is whole again. */
import type { Ledger } from '../../api/budget-status.ts';
import { type Budget, free } from '../ledger.ts';
import type { Cluster, Pod, Workload } from './cluster.ts';

export class Surprises {
  /** How many there were so far. */
  count = 0;
  isUnbounded: boolean;
  readonly #cluster: Cluster;
  /** By profile: what used its cushion since the ledger was last whole. */
  readonly #outstanding = new Map<string, number>();

  constructor(cluster: Cluster, isUnbounded: boolean) {
    this.#cluster = cluster;
    this.isUnbounded = isUnbounded;
  }

  /** Whether one more may happen to this profile; it is noted then. */
  take({ name, surge }: Workload): boolean {
    const used = (this.#outstanding.get(name) ?? 0) + 1;
    if (used > surge && !this.isUnbounded) return false;
    this.count += 1;
    this.#outstanding.set(name, used);
    return true;
  }

  /**
   * Forget what is over: the ledger knows every container that has connections, and the cushion is there. A container
   * that started and ended between two looks is never known: what it left is what the cushion is for, until it is gone.
   */
  settle(budget: Budget, ledger: Ledger): void {
    const { leases, ghosts } = ledger;
    const known = new Set([...leases, ...ghosts].map(({ containerId }) => containerId));
    const young = leases.filter(({ containerId }) => containerId === '');
    const isKnown = ({ uid, container, restarts }: Pod) =>
      known.has(container.id) || (restarts === 0 && young.some((lease) => lease.uid === uid));
    const alive = new Set(this.#cluster.pods.map(({ container }) => container.id));
    const backends = [...this.#cluster.postgres.servers.values()];
    const isWhole =
      this.#cluster.pods.every(isKnown) &&
      backends.every(({ containerId }) => known.has(containerId) || alive.has(containerId)) &&
      free(budget, ledger) >= 0;
    if (isWhole) this.#outstanding.clear();
  }
}
