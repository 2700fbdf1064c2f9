/** The PostgreSQL image over its first start, hard stops and changed passwords. */
import { chmodSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { makeFolder } from './folders.ts';
import { buildDataImage } from './images.ts';
import { run, succeeds, waitFor } from './run.ts';

const name = `bellwether-postgres-test-${process.pid}`;
let secrets: string;

beforeEach(async () => {
  secrets = makeFolder();
  chmodSync(secrets, 0o755);
  for (const role of ['superuser', 'owner', 'app', 'operator']) setPassword(role, `first-${role}`);
  await run('docker', ['volume', 'create', name]);
});
afterEach(async () => {
  await run('docker', ['rm', '--force', name]);
  await run('docker', ['volume', 'rm', name]);
  rmSync(secrets, { recursive: true });
});

function setPassword(role: string, password: string): void {
  writeFileSync(join(secrets, role), password);
}

async function start(): Promise<void> {
  const options = ['--read-only', '--cap-drop', 'ALL', '--tmpfs', '/tmp:mode=1777'];
  const mounts = ['--volume', `${name}:/var/lib/postgresql`, '--volume', `${secrets}:/secrets:ro`];
  const env = Object.entries({
    POSTGRES_SUPERUSER_PASSWORD_FILE: '/secrets/superuser',
    OWNER_PASSWORD_FILE: '/secrets/owner',
    APP_PASSWORD_FILE: '/secrets/app',
    OPERATOR_PASSWORD_FILE: '/secrets/operator',
  }).flatMap(([setting, file]) => ['--env', `${setting}=${file}`]);
  const image = await buildDataImage('postgres');
  await run('docker', ['run', '--detach', '--name', name, ...options, ...mounts, ...env, image]);
}

async function kill(): Promise<void> {
  await run('docker', ['rm', '--force', name]); // SIGKILL to all of it
}

async function untilReady(): Promise<boolean> {
  return waitFor(() => succeeds('docker', ['exec', name, 'pg_isready', '-q', '-h', '/tmp']), 30);
}

/** Run a statement over TCP, where the password counts. */
async function query(role: string, password: string, statement: string): Promise<string> {
  const url = `postgresql://${role}:${password}@127.0.0.1/lms`;
  return (await run('docker', ['exec', name, 'psql', '-tAqc', statement, url])).trim();
}

test('killed at any moment of its first start, it still comes up whole', async () => {
  for (const afterMs of [150, 400, 800, 1300, 1900, 2500]) {
    await start();
    await sleep(afterMs);
    await kill();
  }
  await start();
  expect(await untilReady()).toBe(true);
  await query('lms_owner', 'first-owner', 'create table kept (x int)');
  await query('lms', 'first-app', 'insert into kept values (7)');
  await kill();
  await start();
  expect(await untilReady()).toBe(true);
  expect(await query('lms', 'first-app', 'select x from kept')).toBe('7');
});

test('the application may use what the owner makes, and make nothing', async () => {
  await start();
  expect(await untilReady()).toBe(true);
  await query('lms_owner', 'first-owner', 'create schema s create table s.t (x serial)');
  await query('lms', 'first-app', 'insert into s.t default values');
  for (const statement of [
    'create table t (x int)',
    'drop table s.t',
    'create temp table t (x int)',
  ]) {
    await expect(query('lms', 'first-app', statement)).rejects.toThrow(/denied|owner/);
  }
  const limits =
    "select string_agg(current_setting(n), ',') from unnest(array['statement_timeout', 'lock_timeout']) n";
  expect(await query('lms', 'first-app', limits)).toBe('10s,5s');
});

test('the operator sees who is connected and limits the application, whose rows it cannot read', async () => {
  await start();
  expect(await untilReady()).toBe(true);
  await query('lms_owner', 'first-owner', 'create table private (x int)');
  const ask = (statement: string) => query('lms_operator', 'first-operator', statement);
  expect(await ask("select pg_has_role('pg_read_all_stats', 'usage')")).toBe('t');
  await ask('alter role lms connection limit 7');
  expect(await ask("select rolconnlimit from pg_roles where rolname = 'lms'")).toBe('7');
  for (const statement of [
    'select * from private',
    'set role lms',
    'alter role lms_owner connection limit 7',
    'grant lms_owner to lms_operator',
  ]) {
    await expect(ask(statement)).rejects.toThrow(/denied/);
  }
});

test('a changed password holds from the next start', async () => {
  await start();
  expect(await untilReady()).toBe(true);
  await kill();
  setPassword('app', "it's new");
  await start();
  expect(await untilReady()).toBe(true);
  await expect(query('lms', 'first-app', 'select 1')).rejects.toThrow(/authentication failed/);
  expect(await query('lms', encodeURIComponent("it's new"), 'select 1')).toBe('1');
});
