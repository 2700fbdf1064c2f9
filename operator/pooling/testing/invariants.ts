/** What must hold at every instant (I1 to I12 of the protocol), judged by what is true in the cluster, not by what anybody read. */
import type { Ledger } from '../../api/budget-status.ts';
import { type Budget, capacity, held, sum } from '../ledger.ts';
import type { Cluster, Pod } from './cluster.ts';

/** Broken invariants in words, in no order. */
export type Violations = readonly string[];

/** Between any two steps. */
export function atEveryInstant(cluster: Cluster, budget: Budget, ledger: Ledger): Violations {
  const most = capacity(budget);
  const open = cluster.postgres.servers.size;
  const floors = sum(ledger.profiles.map(({ floor, replicas }) => floor * replicas));
  return [
    ...(open > most ? [`I8: ${open} connections are open, ${most} are to share`] : []),
    ...(held(ledger) > most ? [`I1: ${held(ledger)} of ${most} connections are leased`] : []),
    ...(floors > most ? [`I11: floors of ${floors} in ${most} connections`] : []),
    ...cluster.pods.flatMap((pod) => withinLease(pod, cluster, ledger)),
  ];
}

/** I2. A container that the ledger does not know yet still has the limit of its file. */
function withinLease(pod: Pod, cluster: Cluster, ledger: Ledger): Violations {
  const { id, limit, current } = pod.container;
  const { floor } = cluster.workloadOf(pod);
  const lease = ledger.leases.find(({ uid }) => uid === pod.uid);
  const isKnown = lease?.containerId === id;
  const allowed = isKnown ? lease.connections : floor;
  return [
    ...(limit > allowed ? [`I2: ${id} has limit ${limit}, leased are ${allowed}`] : []),
    ...(current > allowed ? [`I2: ${id} holds ${current}, leased are ${allowed}`] : []),
    ...(lease && lease.connections < floor ? [`I2: ${id} boots with more than its lease`] : []),
  ];
}

/** When a ledger is written. */
export function atWrite(
  cluster: Cluster,
  before: Ledger,
  after: Ledger,
  write: { readonly isFirstOfTerm: boolean; readonly isSilent: (uid: string) => boolean },
): Violations {
  const leases = new Map(after.leases.map((lease) => [lease.uid, lease]));
  const ghosts = new Map(
    after.ghosts.map((ghost) => [`${ghost.uid} ${ghost.containerId}`, ghost.connections]),
  );
  const fallen = before.leases.flatMap(({ uid, containerId, connections }): Violations => {
    const next = leases.get(uid);
    const isSame = next !== undefined && (containerId === '' || next.containerId === containerId);
    if (!isSame) {
      const kept = ghosts.get(`${uid} ${containerId}`) ?? 0;
      return kept >= connections ? [] : [`I7: ${containerId} ended and left ${kept} of its lease`];
    }
    if (next.connections >= connections) return [];
    const pod = cluster.pods.find((one) => one.uid === uid);
    const isRunning = pod?.container.id === containerId;
    const limit = isRunning ? pod.container.limit : 0;
    const open = cluster.postgres.countOf(containerId);
    const isTrue = Math.max(limit, open) <= next.connections;
    return [
      ...(isTrue
        ? []
        : [
            `I4: the lease of ${containerId} fell to ${next.connections}, it has ${open} of ${limit}`,
          ]),
      ...(write.isFirstOfTerm ? [`I6: the lease of ${containerId} fell in a recovery`] : []),
      ...(write.isSilent(uid) ? [`I7: the lease of ${containerId} fell unseen`] : []),
    ];
  });
  const addresses = new Set(before.ghosts.map(({ address }) => address));
  const left = [...addresses].flatMap((address): Violations => {
    const kept = heldAt(address, after);
    const ended = before.ghosts.filter((ghost) => ghost.address === address);
    const runs = new Set(ended.map(({ containerId }) => containerId));
    const open = sum([...runs].map((id) => cluster.postgres.countOf(id)));
    const isTooLittle = kept < heldAt(address, before) && kept < open;
    return isTooLittle ? [`I4: ghosts at ${address} fell to ${kept}, ${open} are there`] : [];
  });
  return [...fallen, ...left];
}

/** Ghosts of one address are told apart by nobody: their sum counts. */
function heldAt(address: string, { ghosts }: Ledger): number {
  return sum(ghosts.filter((ghost) => ghost.address === address).map((ghost) => ghost.connections));
}

/** I6, I10, I12: after peace has returned, nothing is left over and every pooler has what its lease says. */
export function atRest(cluster: Cluster, ledger: Ledger): Violations {
  const odd = cluster.pods.flatMap(({ uid, container }): Violations => {
    const lease = ledger.leases.find((one) => one.uid === uid);
    return [
      ...(container.isRetiring ? [`I6: the lifetime of ${container.id} was left short`] : []),
      ...(lease?.connections === container.limit
        ? []
        : [
            `I10: ${container.id} has limit ${container.limit}, its lease is ${lease?.connections}`,
          ]),
      ...(lease?.containerId === container.id ? [] : [`I12: ${container.id} is not in the ledger`]),
    ];
  });
  const gone = ledger.ghosts.map(({ containerId }) => `I10: the ghost of ${containerId} stays`);
  return [...odd, ...gone];
}
