/** Small ledgers and observations to lay a test's own values over. */
import type { Ghost, Lease } from '../../api/budget-status.ts';
import type { Observation, PodSeen } from '../observation.ts';
import type { PoolerReading } from '../ports.ts';

export const start = Date.UTC(2026, 0, 1);

export function leaseOf(uid: string, more: Partial<Lease> = {}): Lease {
  return {
    uid,
    pod: uid,
    profile: 'api',
    address: '10.0.0.1',
    containerId: `${uid}/0`,
    restarts: 0,
    state: 'Serving',
    floor: 3,
    connections: 3,
    ...more,
  };
}

export function ghostOf(uid: string, more: Partial<Ghost> = {}): Ghost {
  return {
    uid,
    pod: uid,
    address: '10.0.0.1',
    containerId: `${uid}/0`,
    reason: 'PodGone',
    connections: 5,
    since: new Date(start).toISOString(),
    ...more,
  };
}

export function podOf(uid: string, more: Partial<PodSeen> = {}): PodSeen {
  return {
    uid,
    name: uid,
    profile: 'api',
    address: '10.0.0.1',
    isTerminating: false,
    pooler: { containerId: `${uid}/0`, restarts: 0, floor: 3 },
    directPool: 0,
    ...more,
  };
}

export function readingOf(uid: string, more: Partial<PoolerReading> = {}): PoolerReading {
  return {
    containerId: `${uid}/0`,
    limit: 3,
    isRetiring: false,
    current: 0,
    active: 0,
    waiting: 0,
    serverPids: [],
    ...more,
  };
}

export function seenOf(
  pods: readonly PodSeen[],
  readings: Readonly<Record<string, PoolerReading>> = {},
  more: Partial<Observation> = {},
): Observation {
  return {
    nowMs: start,
    profiles: [],
    pods,
    readings: new Map(Object.entries(readings)),
    evidence: undefined,
    ...more,
  };
}
