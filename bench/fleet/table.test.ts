import { expect, test } from 'vitest';
import type { Rest } from './measure.ts';
import { type Outcome, table } from './table.ts';

const rest: Rest = {
  lagP50: 0.01,
  lagP99: 1,
  operatorCpu: 0.1,
  planeCpu: 0.2,
  passes: 66.7,
  apiRequests: 1,
  statusWrites: 0,
};
const writes = Array.from({ length: 1000 }, (_, index) => (index + 1) / 50);
const outcome: Outcome = {
  profiles: 1000,
  strategy: 'Adaptive',
  start: {
    lookedAt: { profiles: 1000, seconds: 11.4 },
    status: { profiles: 1000, seconds: 20.6 },
    history: { profiles: 990, seconds: 600 },
  },
  rest,
  residentBytes: 200e6,
  failures: { readings: 3, requests: 4 },
  writes,
};
const rows = (overrides: Partial<Outcome>) => table([{ ...outcome, ...overrides }], 15).split('\n');
const missed = (overrides: Partial<Outcome>) =>
  rows(overrides)
    .filter((row) => row.includes('MISSED'))
    .map((row) => row.split(' | ')[0]);

test('what is reached stands beside what is asked, bounds included as they are asked', () => {
  const all = rows({});
  expect(all).toContain('| lag, p99 | <= 1 s (< 2 s: met) |');
  expect(all).toContain('| resident memory, highest | 200 MB (<= 200 MB: met) |');
  expect(all).toContain('| from there to the write, p50 | 10.0 s |');
  expect(all).toContain('| last | 20.0 s (<= 20 s: met) |');
  expect(all).toContain('| requests refused or not answered | 4 |');
});

test('a start is told in whole seconds, a history only where there is one', () => {
  expect(rows({})).toContain('| first status written | 1000 in 21 s |');
  expect(rows({})).toContain('| history of 8 days taken over | 990 in 600 s |');
  const all = rows({ strategy: 'HPA', start: { ...outcome.start, history: undefined } });
  expect(all).toContain('| history of 8 days taken over |  |');
});

test.each<{ name: string; change: Partial<Outcome>; row: string }>([
  { name: 'late passes', change: { rest: { ...rest, lagP99: 2 } }, row: '| lag, p99' },
  {
    name: 'passes later than can be told',
    change: { rest: { ...rest, lagP99: Number.POSITIVE_INFINITY } },
    row: '| lag, p99',
  },
  { name: 'memory', change: { residentBytes: 201e6 }, row: '| resident memory, highest' },
  { name: 'a write that never came', change: { writes: writes.slice(1) }, row: '| last' },
  { name: 'a late write', change: { writes: [...writes.slice(1), 20.1] }, row: '| last' },
])('$name is told', ({ change, row }) => {
  expect(missed(change)).toEqual([row]);
});

test('a fleet of another size has figures and no targets', () => {
  expect(rows({ profiles: 50 })).toContain('| lag, p99 | <= 1 s |');
  expect(missed({ profiles: 50, residentBytes: 1e9 })).toEqual([]);
});
