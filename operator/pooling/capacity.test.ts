import { expect, test } from 'vitest';
import { limitedProfiles } from './capacity.ts';
import type { ProfileSeen } from './observation.ts';
import { leaseOf } from './testing/leases.ts';

const profile = (wantedReplicas: number): ProfileSeen => ({
  name: 'api',
  floor: 3,
  weight: 1,
  surge: 1,
  askedReplicas: 2,
  wantedReplicas,
});

test('a limited profile is told the numbers that limit it', () => {
  const budget = { serverConnections: 20, reserve: 4 };
  const leases = [leaseOf('api-1'), leaseOf('worker-1', { profile: 'worker', floor: 2 })];
  const profiles = [
    { name: 'api', floor: 3, surge: 1, replicas: 3 },
    { name: 'worker', floor: 2, surge: 1, replicas: 1 },
  ];
  const ledger = { leases, ghosts: [], profiles };
  // The worker's pod and its surge hold 2 each, the api's surge 3.
  expect(limitedProfiles(budget, ledger, [profile(9)])).toEqual([
    {
      profile: 'api',
      replicas: 3,
      message:
        'api: 3 of 9 replicas, each needs 3 of 20 connections, 4 are in reserve and 7 go elsewhere',
    },
  ]);
  expect(limitedProfiles(budget, ledger, [profile(3)])).toEqual([]);
});
