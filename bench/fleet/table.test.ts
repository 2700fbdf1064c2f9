import { expect, test } from 'vitest';
import type { Rest } from './measure.ts';
import { table } from './table.ts';

const rest: Rest = {
  lagP50: 0.01,
  lagP99: 1,
  residentBytes: 200e6,
  operatorCpu: 0.1,
  planeCpu: 0.2,
  passes: 66.7,
  apiRequests: 1,
  statusWrites: 0,
};
const writes = Array.from({ length: 1000 }, (_, index) => (index + 1) / 50);
const rows = (overrides: Partial<Rest>, seconds: readonly number[] = writes) =>
  table([{ profiles: 1000, rest: { ...rest, ...overrides }, writes: seconds }], 15).split('\n');

test('what is reached stands beside what is asked, bounds included as they are asked', () => {
  const all = rows({});
  expect(all).toContain('| lag, p99 | <= 1 s (< 2 s: met) |');
  expect(all).toContain('| resident memory, highest | 200 MB (<= 200 MB: met) |');
  expect(all).toContain('| from there to the write, p50 | 10.0 s |');
  expect(all).toContain('| last | 20.0 s (<= 20 s: met) |');
});

test.each([
  { name: 'late passes', row: rows({ lagP99: 2 })[3] },
  { name: 'passes later than can be told', row: rows({ lagP99: Number.POSITIVE_INFINITY })[3] },
  { name: 'memory', row: rows({ residentBytes: 201e6 })[4] },
  { name: 'a write that never came', row: rows({}, writes.slice(1))[13] },
  { name: 'a late write', row: rows({}, [...writes.slice(1), 20.1])[13] },
])('$name is told', ({ row }) => {
  expect(row).toContain('MISSED');
});

test('a fleet of another size has figures and no targets', () => {
  const [, , , lag] = table([{ profiles: 50, rest, writes }], 15).split('\n');
  expect(lag).toBe('| lag, p99 | <= 1 s |');
});
