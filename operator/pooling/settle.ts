/** The ledger after what was seen. The only place where a lease falls or ends. */
import type { Ghost, Lease, Ledger } from '../api/budget-status.ts';
import { believe } from './evidence.ts';
import { sorted } from './ledger.ts';
import type { Observation, PodSeen, PoolerSeen } from './observation.ts';
import type { PoolerReading } from './ports.ts';

type Entry = { readonly lease: Lease; readonly ghosts: readonly Ghost[] };

/**
 * New pods enter, pods that are gone and containers that ended turn into ghosts, readings raise and lower leases, and
 * PostgreSQL's evidence shrinks ghosts. A pod that was not reached keeps its lease.
 *
 * @param mayLower false in a new leader's first step: what was stored counts until its own commands were carried out
 */
export function settle(ledger: Ledger, seen: Observation, mayLower: boolean): Ledger {
  const known = new Map(ledger.leases.map((lease) => [lease.uid, lease]));
  const entries = seen.pods.map((pod) => {
    const lease = known.get(pod.uid);
    known.delete(pod.uid);
    return pod.pooler ? pooled(pod, pod.pooler, lease, seen, mayLower) : direct(pod, lease);
  });
  const gone = [...known.values()].map((lease) => ghostOf(lease, 'PodGone', seen.nowMs));
  const born = [...entries.flatMap(({ ghosts }) => ghosts), ...gone];
  return sorted({
    leases: entries.map(({ lease }) => lease),
    ghosts: [...believe(ledger.ghosts, seen), ...born.filter(({ connections }) => connections > 0)],
    profiles: ledger.profiles,
  });
}

function pooled(
  pod: PodSeen,
  pooler: PoolerSeen,
  lease: Lease | undefined,
  { readings, nowMs }: Observation,
  mayLower: boolean,
): Entry {
  const reading = readings.get(pod.uid);
  const { floor } = pooler;
  const run = currentRun(pooler, lease, reading);
  const { containerId } = run;
  const before = lease && { ...lease, floor, address: pod.address || lease.address };
  const common = {
    uid: pod.uid,
    pod: pod.name,
    profile: pod.profile,
    address: before?.address ?? pod.address,
    ...run,
    floor,
    state: stateOf(pod, reading, lease),
  };
  const observed = Math.max(floor, reading?.limit ?? 0, reading?.current ?? 0);
  const ended = before && before.containerId !== '' && before.containerId !== containerId;
  if (ended) {
    const ghost = ghostOf(before, 'ContainerRestarted', nowMs);
    return { lease: { ...common, connections: observed }, ghosts: [ghost] };
  }
  const isConfirmed = reading !== undefined && mayLower;
  const connections = isConfirmed ? observed : Math.max(observed, before?.connections ?? 0);
  return { lease: { ...common, connections }, ghosts: missed(pod, common, lease, nowMs) };
}

type Run = Pick<Lease, 'containerId' | 'restarts'>;

/**
 * Which run of the container this is. The pooler itself knows; the pod's status lags, so where the pooler does not
 * answer the status counts only when it tells of more restarts than are known.
 */
function currentRun(
  status: PoolerSeen,
  lease: Lease | undefined,
  reading: PoolerReading | undefined,
): Run {
  const listed = { containerId: status.containerId, restarts: status.restarts };
  const known = lease ? { containerId: lease.containerId, restarts: lease.restarts } : listed;
  if (!reading) {
    const isNews = known.containerId === '' || listed.restarts > known.restarts;
    return isNews && listed.containerId !== '' ? listed : known;
  }
  const { containerId } = reading;
  if (containerId === listed.containerId) return listed;
  if (containerId === known.containerId) return known;
  return { containerId, restarts: Math.max(known.restarts, listed.restarts) + 1 };
}

/** A container that ended before its id was ever written down: its floor may still be held. */
function missed(
  { pooler }: PodSeen,
  lease: Omit<Lease, 'connections'>,
  before: Lease | undefined,
  nowMs: number,
): readonly Ghost[] {
  const isFirstSight = lease.containerId !== '' && (before?.containerId ?? '') === '';
  const isFirstRun = pooler?.restarts === 0 && pooler.containerId === lease.containerId;
  if (!isFirstSight || isFirstRun) return [];
  const earlier = { ...lease, containerId: 'unknown', connections: lease.floor };
  return [ghostOf(earlier, 'ContainerRestarted', nowMs)];
}

function direct(pod: PodSeen, lease: Lease | undefined): Entry {
  const { uid, name, profile, isTerminating, directPool } = pod;
  const address = pod.address || (lease?.address ?? '');
  const state = isTerminating ? 'Terminating' : 'Direct';
  const connections = Math.max(directPool, lease?.connections ?? 0);
  const common = { uid, pod: name, profile, address, containerId: '', restarts: 0, state } as const;
  return { lease: { ...common, floor: 0, connections }, ghosts: [] };
}

function stateOf(
  { isTerminating }: PodSeen,
  reading: PoolerReading | undefined,
  before: Lease | undefined,
): Lease['state'] {
  if (isTerminating) return 'Terminating';
  if (reading) return 'Serving';
  return (before?.state ?? 'Starting') === 'Starting' ? 'Starting' : 'Unreachable';
}

function ghostOf(lease: Lease, reason: Ghost['reason'], nowMs: number): Ghost {
  const { uid, pod, address, containerId, connections } = lease;
  return {
    uid,
    pod,
    address,
    containerId,
    reason,
    connections,
    since: new Date(nowMs).toISOString(),
  };
}
