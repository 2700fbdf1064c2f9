/** What must hold whenever an operator writes the ledger. */
import type { Ledger } from '../../operator/api/budget-status.ts';
import { held } from '../../operator/pooling/ledger.ts';
import type { PoolerReading } from '../../operator/pooling/ports.ts';

export interface Write {
  readonly before: Ledger;
  readonly after: Ledger;
  /** By pod, what the writer read since its last word to it. */
  readonly readings: ReadonlyMap<string, PoolerReading>;
  readonly isFirstOfTerm: boolean;
}

/** Broken invariants in words. @param capacity what pods may share */
export function faultsOf(write: Write, capacity: number): readonly string[] {
  const { after } = write;
  const found = fallen(write);
  if (held(after) <= capacity) return found;
  const sum = `I1: ${held(after)} of ${capacity} connections are leased: ${holdings(after)}`;
  return [...found, sum];
}

/** Who holds what, for whoever has to find out how it came to that. */
function holdings({ leases, ghosts, profiles }: Ledger): string {
  return [
    ...leases.map((one) => `${one.uid} ${one.containerId} ${one.state} ${one.connections}`),
    ...ghosts.map((one) => `${one.uid} ${one.containerId} ${one.reason} ${one.connections}`),
    ...profiles.map(({ name, replicas }) => `${replicas} replicas of ${name}`),
  ].join(', ');
}

/** I4, I6 and I7: leases that fall without a reading that confirms it or in the first write of a leader, or end without a ghost. */
function fallen({ before, after, readings, isFirstOfTerm }: Write): readonly string[] {
  const next = new Map(after.leases.map((lease) => [lease.uid, lease]));
  return before.leases.flatMap(({ uid, containerId, connections }) => {
    const lease = next.get(uid);
    const isSame = lease !== undefined && (containerId === '' || lease.containerId === containerId);
    if (!isSame) {
      const ended = after.ghosts.find((one) => one.uid === uid && one.containerId === containerId);
      const left = ended?.connections ?? 0;
      return left >= connections ? [] : [`I7: ${uid}, ${containerId}, left ${left} of its lease`];
    }
    if (lease.connections >= connections) return [];
    if (isFirstOfTerm) return [`I6: the lease of ${uid} fell in a recovery`];
    const reading = readings.get(uid);
    const isConfirmed =
      reading?.containerId === containerId &&
      Math.max(reading.limit, reading.current) <= lease.connections;
    return isConfirmed ? [] : [`I4, I7: the lease of ${uid} fell to ${lease.connections} unseen`];
  });
}
