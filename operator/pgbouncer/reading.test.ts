import { expect, test } from 'vitest';
import { readingOf, type Tables } from './reading.ts';

function configOf(changed: Readonly<Record<string, string>> = {}) {
  const settings = {
    max_db_connections: '4',
    max_user_connections: '4',
    default_pool_size: '4',
    server_lifetime: '3600',
    job_name: 'pod-1.run-1',
    ...changed,
  };
  return Object.entries(settings).map(([key, value]) => ({ key, value, default: '0' }));
}

const tables: Tables = {
  config: configOf(),
  databases: [
    { name: 'lms', current_connections: '6' },
    { name: 'pgbouncer', current_connections: '0' },
  ],
  pools: [
    { database: 'lms', sv_active: '3', sv_active_cancel: '2', cl_waiting: '5' },
    { database: 'pgbouncer', sv_active: '0', sv_active_cancel: '0', cl_waiting: '0' },
  ],
  servers: [{ remote_pid: '71' }, { remote_pid: '0' }],
};

test('counts are sums over databases and pools; cancels take no connection of PostgreSQL', () => {
  expect(readingOf(tables)).toEqual({
    containerId: 'run-1',
    limit: 4,
    isRetiring: false,
    current: 4,
    active: 3,
    waiting: 5,
    serverPids: [71],
  });
});

test('of limits that differ, as a set that was cut short leaves them, the highest counts', () => {
  expect(readingOf({ ...tables, config: configOf({ default_pool_size: '9' }) }).limit).toBe(9);
  expect(readingOf({ ...tables, config: configOf({ max_user_connections: '8' }) }).limit).toBe(8);
});

test('a server lifetime below that of the file is retiring servers', () => {
  expect(readingOf({ ...tables, config: configOf({ server_lifetime: '0.2' }) }).isRetiring).toBe(
    true,
  );
});

test.each<[string, Partial<Tables>, RegExp]>([
  ['no limit at all', { config: configOf({ max_db_connections: '0' }) }, /max_db_connections is 0/],
  ['a limit that is no number', { config: configOf({ default_pool_size: 'x' }) }, /pool_size/],
  ['a name of another image', { config: configOf({ job_name: 'pgbouncer' }) }, /job_name/],
  ['no lifetime', { config: configOf({ server_lifetime: '0' }) }, /server_lifetime/],
  ['a missing setting', { config: configOf().slice(1) }, /no max_db_connections/],
  ['a missing column', { databases: [{ name: 'lms' }] }, /no column current_connections/],
  ['an empty cell', { servers: [{ remote_pid: null }] }, /remote_pid/],
])('%s is an error that names it', (_, changed, message) => {
  expect(() => readingOf({ ...tables, ...changed })).toThrow(message);
});
