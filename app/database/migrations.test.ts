import { expect, test } from 'vitest';
import { createdIndex, isConcurrent, objectionTo, readMigrations } from './migrations.ts';

const name = '20260101000000_try';

test('the migrations we ship are in order and well formed', () => {
  const migrations = readMigrations();
  expect(migrations.length).toBeGreaterThan(0);
  expect(migrations.map((each) => each.name)).toEqual(migrations.map((each) => each.name).sort());
  expect(migrations.flatMap((each) => objectionTo(each) ?? [])).toEqual([]);
});

test('a concurrent index stands alone in its migration', () => {
  const sql = 'CREATE INDEX CONCURRENTLY a ON t (a); CREATE TABLE u (b int);';
  expect(objectionTo({ name, sql, checksum: '' })).toContain('one statement');
  expect(objectionTo({ name: 'later', sql: '', checksum: '' })).toContain('name');
});

test.each([
  { sql: 'CREATE INDEX CONCURRENTLY a_b ON t (a)', index: 'a_b' },
  { sql: 'create unique index concurrently if not exists "c" on t (a)', index: 'c' },
  { sql: 'DROP INDEX CONCURRENTLY a_b', index: undefined },
])('$sql is concurrent and creates $index', ({ sql, index }) => {
  expect(isConcurrent({ sql })).toBe(true);
  expect(createdIndex({ sql })).toBe(index);
});

test('a comment makes nothing concurrent', () => {
  expect(isConcurrent({ sql: '-- INDEX CONCURRENTLY\nSELECT 1' })).toBe(false);
});
