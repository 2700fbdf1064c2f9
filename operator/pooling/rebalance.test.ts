/** Rebalances between two poolers that retire one server between two readings. */
import { expect, test } from 'vitest';
import type { BudgetStatus } from '../api/budget-status.ts';
import { demandOf } from './observation.ts';
import type { Pooler, PoolerReading } from './ports.ts';
import { createRebalancer } from './rebalance.ts';
import { step } from './step.ts';
import { podOf, readingOf, start } from './testing/leases.ts';

/** 12 connections to share after the cushion of 3, so 6 for each of two poolers in need. */
function bed() {
  const profile = { name: 'api', floor: 3, weight: 1, surge: 1, askedReplicas: 2 };
  let status: BudgetStatus = {};
  let version = 1;
  let asked = 0;
  const slept: number[] = [];
  const readings = new Map(['p', 'q'].map((uid) => [uid, readingOf(uid)]));
  const change = (uid: string, more: Partial<PoolerReading>) => {
    readings.set(uid, readingOf(uid, { ...readings.get(uid), ...more }));
  };
  let reads = 0;
  const poolerOf = (uid: string): Pooler => ({
    read: async () => {
      reads += 1;
      const reading = readings.get(uid) ?? readingOf(uid);
      const { current, limit, isRetiring } = reading;
      if (isRetiring && current > limit) change(uid, { current: current - 1 });
      return reading;
    },
    demand: async () => demandOf(readings.get(uid) ?? readingOf(uid)),
    setLimit: async (limit) => change(uid, { limit }),
    setLifetime: async (lifetime) => change(uid, { isRetiring: lifetime === 'short' }),
    close: () => undefined,
  });
  const rebalancer = createRebalancer({
    store: {
      read: async () => ({
        ...{ serverConnections: 15, reserve: 0, generation: 1, enforceRoleLimit: false },
        ...{ version: String(version), status },
      }),
      write: async (_, next) => {
        status = next;
        version += 1;
        return String(version);
      },
    },
    look: async () => {
      asked += 1;
      return { profiles: [{ ...profile, wantedReplicas: 2 }], pods: [podOf('p'), podOf('q')] };
    },
    poolers: { connect: async ({ uid }) => poolerOf(uid) },
    database: { backendsOf: async () => [], setRoleLimit: async () => undefined },
    namespace: 'lms',
    wallMs: () => start,
    sleep: async (ms) => void slept.push(ms),
    isLeading: () => true,
    step,
  });
  const limits = () => [...readings.values()].map(({ limit }) => limit);
  return {
    rebalancer,
    change,
    limits,
    slept,
    looks: () => asked,
    reads: () => reads,
    writes: () => version,
  };
}

test('it is needed before the first and when a pooler is short of what another could spare; else it says how near one is', async () => {
  const { rebalancer, change, limits, looks, reads, writes } = bed();
  expect(await rebalancer.need()).toBe('short');
  await rebalancer.run();
  expect(limits()).toEqual([6, 6]);
  const before = [looks(), writes()];
  const read = reads();
  expect(await rebalancer.need()).toBe('calm');
  expect(reads()).toBe(read);
  change('q', { current: 6, active: 6 });
  expect(await rebalancer.need()).toBe('near');
  change('q', { waiting: 2 });
  expect(await rebalancer.need()).toBe('short');
  expect([looks(), writes(), limits()]).toEqual([...before, [6, 6]]);
  await rebalancer.run();
  expect(limits()).toEqual([4, 8]);
  change('p', { current: 4, active: 4, waiting: 20 });
  await rebalancer.run();
  expect(limits()).toEqual([6, 6]);
  expect(await rebalancer.need()).toBe('near');
});

test('it waits while a pooler retires servers, and not once it was told to stop', async () => {
  const { rebalancer, change, limits, slept } = bed();
  await rebalancer.run();
  change('p', { current: 6 });
  change('q', { current: 6, active: 6, waiting: 3 });
  await rebalancer.run();
  // It holds 6, 5 and 4 of the 3 that it is left, and then 3.
  expect([limits(), slept]).toEqual([
    [3, 9],
    [20, 20, 20],
  ]);
});
