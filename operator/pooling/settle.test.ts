import { describe, expect, test } from 'vitest';
import type { Ghost, Lease } from '../api/budget-status.ts';
import { settle } from './settle.ts';
import { ghostOf, leaseOf, podOf, readingOf, seenOf, start } from './testing/leases.ts';

const ledgerOf = (leases: readonly Lease[], ghosts: readonly Ghost[] = []) => ({
  leases,
  ghosts,
  profiles: [],
});
const address = '10.0.0.1';
const backend = (pid: number) => ({ address, pid, transactionSeconds: undefined });

describe('a lease', () => {
  test.each([
    { what: 'falls to the limit that was read', limit: 4, current: 2, to: 4 },
    { what: 'stays as high as what is held', limit: 4, current: 9, to: 9 },
    { what: 'rises to a limit that is found higher', limit: 15, current: 2, to: 15 },
    { what: 'never falls below what the file would give', limit: 2, current: 0, to: 3 },
  ])('$what', ({ limit, current, to }) => {
    const seen = seenOf([podOf('a')], { a: readingOf('a', { limit, current }) });
    const { leases } = settle(ledgerOf([leaseOf('a', { connections: 10 })]), seen, true);
    expect(leases.map(({ connections }) => connections)).toEqual([to]);
  });

  test('does not fall in a recovery, but rises', () => {
    const before = ledgerOf([leaseOf('a', { connections: 10 })]);
    const at = (limit: number) =>
      settle(before, seenOf([podOf('a')], { a: readingOf('a', { limit }) }), false).leases;
    expect(at(4)).toMatchObject([{ connections: 10 }]);
    expect(at(15)).toMatchObject([{ connections: 15 }]);
  });

  test('stays while the pooler does not answer', () => {
    const before = ledgerOf([leaseOf('a', { connections: 10 })]);
    expect(settle(before, seenOf([podOf('a')]), true).leases).toEqual([
      leaseOf('a', { connections: 10, state: 'Unreachable' }),
    ]);
  });

  test('of a new pod is its floor; of a pod without a pooler its declared pool', () => {
    const pods = [podOf('a'), podOf('b', { pooler: undefined, directPool: 6 })];
    expect(settle(ledgerOf([]), seenOf(pods), true).leases).toMatchObject([
      { uid: 'a', state: 'Starting', connections: 3 },
      { uid: 'b', state: 'Direct', connections: 6 },
    ]);
  });

  test('of a pod that is gone turns into a ghost', () => {
    const before = ledgerOf([leaseOf('a', { connections: 10 })]);
    expect(settle(before, seenOf([]), true)).toEqual(
      ledgerOf([], [ghostOf('a', { connections: 10, reason: 'PodGone' })]),
    );
  });

  test('of a container that restarted turns into a ghost beside a new one at the floor', () => {
    const before = ledgerOf([leaseOf('a', { connections: 10 })]);
    const restarted = seenOf([podOf('a')], { a: readingOf('a', { containerId: 'a/1' }) });
    expect(settle(before, restarted, true)).toEqual(
      ledgerOf(
        [leaseOf('a', { containerId: 'a/1', restarts: 1, connections: 3 })],
        [ghostOf('a', { connections: 10, reason: 'ContainerRestarted' })],
      ),
    );
  });
});

describe('the status of a pod', () => {
  const after = leaseOf('a', { containerId: 'a/1', restarts: 1, connections: 8 });

  test('that still names an earlier container is not believed', () => {
    const { leases, ghosts } = settle(ledgerOf([after]), seenOf([podOf('a')]), true);
    expect(leases).toEqual([{ ...after, state: 'Unreachable' }]);
    expect(ghosts).toEqual([]);
  });

  test('that tells of more restarts is, also while the pooler does not answer', () => {
    const pooler = { containerId: 'a/2', restarts: 2, floor: 3 };
    const { leases, ghosts } = settle(ledgerOf([after]), seenOf([podOf('a', { pooler })]), true);
    expect(leases).toMatchObject([{ containerId: 'a/2', connections: 3 }]);
    expect(ghosts).toMatchObject([{ containerId: 'a/1', connections: 8 }]);
  });

  test('that tells of restarts before the first sight leaves the floor as a ghost', () => {
    const pooler = { containerId: 'a/2', restarts: 2, floor: 3 };
    const { ghosts } = settle(ledgerOf([]), seenOf([podOf('a', { pooler })]), true);
    expect(ghosts).toMatchObject([{ containerId: 'unknown', connections: 3 }]);
  });
});

describe('a ghost', () => {
  const before = ledgerOf([], [ghostOf('a', { connections: 5 })]);
  const after = (ms: number, pids: readonly number[]) =>
    settle(
      before,
      seenOf([], {}, { evidence: { askedAtMs: start + ms, backends: pids.map(backend) } }),
      true,
    ).ghosts;

  test('holds what PostgreSQL still shows of its address', () => {
    expect(after(5000, [1, 2])).toMatchObject([{ connections: 2 }]);
    expect(after(5000, [])).toEqual([]);
  });

  test('is not believed gone before a login could be over', () => {
    expect(after(1999, [])).toMatchObject([{ connections: 5 }]);
    expect(after(2000, [])).toEqual([]);
  });

  test('stays without evidence', () => {
    expect(settle(before, seenOf([]), true).ghosts).toEqual(before.ghosts);
  });

  test('does not grow by backends of a later pooler at its address', () => {
    const evidence = { askedAtMs: start + 5000, backends: [1, 2, 3].map(backend) };
    const readings = { b: readingOf('b', { current: 2, serverPids: [2, 3] }) };
    const seen = seenOf([podOf('b')], readings, { evidence });
    expect(settle(before, seen, true).ghosts).toMatchObject([{ uid: 'a', connections: 1 }]);
  });

  test('shares what is shown of its address with others from there', () => {
    const two = ledgerOf([], [ghostOf('a', { connections: 5 }), ghostOf('b', { connections: 5 })]);
    const evidence = { askedAtMs: start + 5000, backends: [1, 2, 3, 4, 5, 6, 7].map(backend) };
    const { ghosts } = settle(two, seenOf([], {}, { evidence }), true);
    expect(ghosts.map(({ connections }) => connections)).toEqual([5, 2]);
  });
});
