/** Rebalances worked out by hand: 18 connections to share, 2 of them kept for a rollout, floor 2. */
import { describe, expect, test } from 'vitest';
import type { Ledger } from '../api/budget-status.ts';
import type { PodSeen } from './observation.ts';
import type { PoolerReading } from './ports.ts';
import { step } from './step.ts';
import { leaseOf, podOf, readingOf, seenOf } from './testing/leases.ts';

const budget = { serverConnections: 18, reserve: 0 };
const pooler = (uid: string) => ({ containerId: `${uid}/0`, restarts: 0, floor: 2 });
const p = podOf('p', { pooler: pooler('p') });
const q = podOf('q', { pooler: pooler('q'), address: '10.0.0.2' });
const share = { name: 'api', floor: 2, surge: 1, replicas: 2 };

const ledgerOf = (ofP: number, ofQ: number): Ledger => ({
  leases: [
    leaseOf('p', { floor: 2, connections: ofP }),
    leaseOf('q', { floor: 2, connections: ofQ, address: '10.0.0.2' }),
  ],
  ghosts: [],
  profiles: [share],
});
const seenBy = (
  readings: Readonly<Record<string, PoolerReading>>,
  { wanted = 2, pods = [p, q] }: { wanted?: number; pods?: readonly PodSeen[] } = {},
) =>
  seenOf(pods, readings, {
    profiles: [{ ...share, weight: 1, askedReplicas: 2, wantedReplicas: wanted }],
  });
const leasesOf = ({ leases }: Ledger) => leases.map(({ connections }) => connections);
const ofP = (limit: number, current: number, isRetiring = false) =>
  readingOf('p', { limit, current, isRetiring, active: 6 });
const ofQ = (limit: number) =>
  readingOf('q', { limit, current: limit, active: limit, waiting: 8 - limit });
const inRebalance = { budget, isRecovery: false, targets: undefined };

test('a rebalance from 10 and 4 to 8 and 8: shrink, confirm, grow, each as soon as it may', () => {
  const first = step({
    ...inRebalance,
    ledger: ledgerOf(10, 4),
    seen: seenBy({ p: ofP(10, 10), q: ofQ(4) }),
  });
  expect([...first.targets.limits]).toEqual([
    ['p', 8],
    ['q', 8],
  ]);
  // 14 leased and 2 kept: the 2 that are free go to q at once.
  expect(leasesOf(first.ledger)).toEqual([10, 6]);
  expect(first.commands).toEqual([
    { uid: 'p', containerId: 'p/0', limit: 8, lifetime: 'short' },
    { uid: 'q', containerId: 'q/0', limit: 6, lifetime: undefined },
  ]);

  const go = (ledger: Ledger, readings: Readonly<Record<string, PoolerReading>>) =>
    step({ ...inRebalance, ledger, targets: first.targets, seen: seenBy(readings) });
  const second = go(first.ledger, { p: ofP(8, 9, true), q: ofQ(6) });
  expect(leasesOf(second.ledger)).toEqual([9, 7]);
  expect(second.commands).toEqual([
    { uid: 'q', containerId: 'q/0', limit: 7, lifetime: undefined },
  ]);

  const third = go(second.ledger, { p: ofP(8, 8, true), q: ofQ(7) });
  expect(leasesOf(third.ledger)).toEqual([8, 8]);
  expect(third.commands).toEqual([
    { uid: 'p', containerId: 'p/0', limit: undefined, lifetime: 'restore' },
    { uid: 'q', containerId: 'q/0', limit: 8, lifetime: undefined },
  ]);

  const last = go(third.ledger, { p: ofP(8, 8), q: ofQ(8) });
  expect(last.commands).toEqual([]);
  expect(last.ledger).toEqual(third.ledger);
});

test('the floor of a wanted pod goes before a larger lease', () => {
  const seen = seenBy({ p: ofP(10, 10), q: ofQ(4) }, { wanted: 3 });
  const { ledger, targets } = step({ ...inRebalance, ledger: ledgerOf(10, 4), seen });
  expect(ledger.profiles).toMatchObject([{ replicas: 3 }]);
  expect(leasesOf(ledger)).toEqual([10, 4]);
  expect(Object.fromEntries(targets.limits)).toEqual({ p: 6, q: 8 });
});

test('replicas that no shrinking makes room for are not planned for', () => {
  const seen = seenBy({ p: ofP(10, 10), q: ofQ(4) }, { wanted: 50 });
  const { targets } = step({ ...inRebalance, ledger: ledgerOf(10, 4), seen });
  // 18 less the rollout's 2 are 8 floors of 2.
  expect(targets.replicas.get('api')).toBe(8);
});

test('a pod that leaves keeps what runs in it and starts nothing new', () => {
  const leaving = { ...p, isTerminating: true };
  const readings = { p: readingOf('p', { limit: 10, current: 10, active: 3 }), q: ofQ(4) };
  const { commands } = step({
    ...inRebalance,
    ledger: ledgerOf(10, 4),
    seen: seenBy(readings, { pods: [leaving, q] }),
  });
  expect(commands).toContainEqual({ uid: 'p', containerId: 'p/0', limit: 3, lifetime: 'short' });
});

test('a pooler that does not answer is told nothing, and what it has goes to nobody', () => {
  const { ledger, commands } = step({
    ...inRebalance,
    ledger: ledgerOf(10, 4),
    seen: seenBy({ q: ofQ(4) }),
  });
  expect(leasesOf(ledger)).toEqual([10, 6]);
  expect(commands.map(({ uid }) => uid)).toEqual(['q']);
});

describe('a recovery', () => {
  const recovery = { ...inRebalance, isRecovery: true };

  test('grants nothing, and believes the larger of what was stored and what is read', () => {
    const seen = seenBy({ p: ofP(4, 4), q: ofQ(6) });
    expect(leasesOf(step({ ...recovery, ledger: ledgerOf(10, 4), seen }).ledger)).toEqual([10, 6]);
  });

  test('restores a lifetime that was left short', () => {
    const seen = seenBy({ p: ofP(8, 7, true), q: ofQ(8) });
    const { commands } = step({ ...recovery, ledger: ledgerOf(8, 8), seen });
    expect(commands).toEqual([
      { uid: 'p', containerId: 'p/0', limit: undefined, lifetime: 'restore' },
    ]);
  });

  test('takes nothing back that the scale may be asking for', () => {
    const before = { ...ledgerOf(2, 2), profiles: [{ ...share, replicas: 5 }] };
    const seen = seenBy({});
    expect(step({ ...recovery, ledger: before, seen }).ledger.profiles).toMatchObject([
      { replicas: 5 },
    ]);
    expect(step({ ...inRebalance, ledger: before, seen }).ledger.profiles).toMatchObject([
      { replicas: 2 },
    ]);
  });
});
