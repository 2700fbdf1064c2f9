import { expect, test } from 'vitest';
import type { Lease } from '../api/budget-status.ts';
import { floorToWrite } from './floor.ts';

function lease(uid: string, floor: number, profile = 'web'): Lease {
  const common = { uid, pod: uid, address: '', containerId: '', restarts: 0 };
  const state = floor === 0 ? 'Direct' : 'Serving';
  return { ...common, profile, state, floor, connections: Math.max(floor, 3) };
}

const share = (floor: number, name = 'web') => ({ name, floor, surge: 1, replicas: 2 });

function ask(
  wanted: number,
  written: number | undefined,
  { floors = [], shares = [share(3)], serverConnections = 40 }: Partial<typeof defaults> = {},
) {
  const leases = floors.map((floor, index) => lease(`pod-${index}`, floor));
  const ledger = { leases: [...leases, lease('other', 1, 'worker')], ghosts: [], profiles: shares };
  const budget = { serverConnections, reserve: 0 };
  return floorToWrite({ profile: 'web', wanted, written, budget, ledger });
}
const defaults = { floors: [0], shares: [share(3)], serverConnections: 40 };

test('the first files wait until the budget keeps the floors free', () => {
  expect(ask(3, undefined)).toBe(3);
  expect(ask(3, undefined, { shares: [share(3, 'worker')] })).toBeUndefined();
  expect(ask(5, undefined)).toBeUndefined();
});

test('pods without a pooler do not keep it from coming', () => {
  expect(ask(3, undefined, { floors: [0, 0] })).toBe(3);
});

test('a lower floor is written at once, whatever is leased', () => {
  expect(ask(2, 5, { floors: [5, 5], shares: [] })).toBe(2);
  expect(ask(5, 5, { floors: [3], shares: [] })).toBe(5);
});

test('a higher floor is written when every pod has it leased, and so have those to come', () => {
  const shares = [share(5)];
  expect(ask(5, 3, { shares, floors: [5, 5] })).toBe(5);
  expect(ask(5, 3, { shares, floors: [5, 3] })).toBe(3);
  expect(ask(5, 3, { shares: [share(3)], floors: [5, 5] })).toBe(3);
  expect(ask(5, 3, { shares: [], floors: [] })).toBe(3);
});

test('a higher floor is not written while more is leased than there is', () => {
  const full = { shares: [share(5)], floors: [5, 5] };
  // Two pods with 5 and another profile's with 3.
  expect(ask(5, 3, { ...full, serverConnections: 13 })).toBe(5);
  expect(ask(5, 3, { ...full, serverConnections: 12 })).toBe(3);
});
