import { expect, test } from 'vitest';
import type { BudgetCondition, Ledger } from '../api/budget-status.ts';
import { statusOf } from './conditions.ts';
import { emptyLedger } from './ledger.ts';
import type { Observation } from './observation.ts';
import { ghostOf, leaseOf, podOf, readingOf, seenOf, start } from './testing/leases.ts';

const budget = { serverConnections: 20, reserve: 4, generation: 3, status: {} };
const evidence = { askedAtMs: start, backends: [] };
const api = { name: 'api', floor: 3, surge: 1, replicas: 1 };
const served: Ledger = {
  ...emptyLedger,
  leases: [leaseOf('a', { connections: 8 })],
  profiles: [api],
};
const pods = [podOf('a')];
const calm = { a: readingOf('a', { limit: 8, current: 5, active: 2 }) };

interface Case {
  readonly what: string;
  readonly ledger?: Ledger;
  readonly seen?: Observation;
  readonly limits?: Readonly<Record<string, number>>;
  readonly type: BudgetCondition['type'];
  readonly is: Partial<BudgetCondition>;
}

const cases: readonly Case[] = [
  {
    what: 'all is well',
    type: 'Converged',
    is: { status: 'True', reason: 'AsGranted' },
  },
  {
    what: 'leases fit, floors to come included',
    type: 'WithinBudget',
    is: { status: 'True', reason: 'Fits' },
  },
  {
    // 14 leased and 3 kept for a rollout, 16 to share.
    what: 'only the cushion is in use',
    ledger: { ...served, leases: [leaseOf('a', { connections: 14 })] },
    type: 'WithinBudget',
    is: { status: 'True', reason: 'CushionInUse' },
  },
  {
    what: 'more is leased than there is',
    ledger: { ...served, leases: [leaseOf('a', { connections: 18 })] },
    type: 'WithinBudget',
    is: {
      status: 'False',
      reason: 'OverCommitted',
      message: expect.stringContaining('2 more than the 16'),
    },
  },
  {
    what: 'a pooler does not answer',
    ledger: { ...served, leases: [leaseOf('a', { state: 'Unreachable' })] },
    seen: seenOf(pods, {}, { evidence }),
    type: 'Converged',
    is: {
      status: 'False',
      reason: 'PoolerUnreachable',
      message: 'a not reached: the lease stays until the pod answers or is gone',
    },
  },
  {
    what: 'a long transaction keeps a pooler from shrinking',
    seen: seenOf(
      pods,
      { a: readingOf('a', { limit: 4, current: 6, serverPids: [11, 12] }) },
      {
        evidence: {
          askedAtMs: start,
          backends: [
            { address: '10.0.0.1', pid: 11, transactionSeconds: 2 },
            { address: '10.0.0.1', pid: 12, transactionSeconds: 90 },
            { address: '10.0.0.9', pid: 13, transactionSeconds: 500 },
          ],
        },
      },
    ),
    limits: { a: 4 },
    type: 'Converged',
    is: {
      status: 'False',
      reason: 'LongTransactions',
      message: 'waiting for transactions to end: a holds 6 of 4, oldest transaction in backend 12',
    },
  },
  {
    what: 'a ghost awaits its evidence',
    ledger: { ...served, ghosts: [ghostOf('b', { address: '10.0.0.7' })] },
    type: 'Converged',
    is: {
      status: 'False',
      reason: 'Ghosts',
      message: 'held until pg_stat_activity shows no more backends of ended poolers: b (10.0.0.7)',
    },
  },
  {
    what: 'limits still move',
    limits: { a: 9 },
    type: 'Converged',
    is: { status: 'False', reason: 'Rebalancing' },
  },
  {
    what: 'PostgreSQL does not answer',
    seen: seenOf(pods, calm),
    type: 'EvidenceAvailable',
    is: { status: 'False', reason: 'NoAnswer' },
  },
  {
    what: 'more replicas are wanted than floors are free',
    seen: seenOf(pods, calm, {
      evidence,
      profiles: [{ ...api, weight: 1, askedReplicas: 1, wantedReplicas: 9 }],
    }),
    type: 'ReplicasLimited',
    is: { status: 'True', reason: 'ConnectionBudget', message: expect.stringContaining('1 of 9') },
  },
  {
    // 13 leased and 3 kept of 16: nothing is left.
    what: 'clients wait and all is leased: no call for more pods',
    ledger: { ...served, leases: [leaseOf('a', { connections: 13 })] },
    seen: seenOf(pods, { a: readingOf('a', { limit: 13, active: 13, waiting: 4 }) }, { evidence }),
    type: 'Saturated',
    is: { status: 'True', reason: 'BudgetSpent' },
  },
  {
    what: 'clients wait though something is free: the next grant is on its way',
    seen: seenOf(pods, { a: readingOf('a', { limit: 8, active: 8, waiting: 4 }) }, { evidence }),
    type: 'Saturated',
    is: { status: 'False', reason: 'BudgetSuffices' },
  },
];

function conditionsOf({ ledger = served, seen, limits = {} }: Omit<Case, 'what' | 'type' | 'is'>) {
  const targets = { limits: new Map(Object.entries(limits)), replicas: new Map() };
  const step = { ledger, commands: [], targets };
  return statusOf(budget, step, seen ?? seenOf(pods, calm, { evidence }));
}

test.each(cases)('$what', ({ type, is, ...rest }) => {
  const condition = conditionsOf(rest).conditions?.find((each) => each.type === type);
  expect(condition).toMatchObject({ ...is, observedGeneration: 3 });
});

test('a condition keeps its time until its status changes', () => {
  const first = conditionsOf({});
  const later = (limits: ReadonlyMap<string, number>) =>
    statusOf(
      { ...budget, status: first },
      { ledger: served, commands: [], targets: { limits, replicas: new Map() } },
      seenOf(pods, calm, { evidence, nowMs: start + 60_000 }),
    ).conditions?.find(({ type }) => type === 'Converged')?.lastTransitionTime;
  expect(later(new Map())).toBe(new Date(start).toISOString());
  expect(later(new Map([['a', 9]]))).toBe(new Date(start + 60_000).toISOString());
});

test('the sums are those of the ledger', () => {
  // 8 leased, 5 held by a ghost, and one of two replicas is still to come with its floor of 3.
  const ledger = { ...served, ghosts: [ghostOf('b')], profiles: [{ ...api, replicas: 2 }] };
  expect(conditionsOf({ ledger })).toMatchObject({ committedConnections: 16, pods: 1 });
});
