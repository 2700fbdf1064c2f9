/** What the protocol relies on, shown on the PgBouncer and the PostgreSQL that we ship. */
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type Console, openConsole } from '../../operator/pgbouncer/console.ts';
import { type PoolerTls, poolerFiles, poolerPort } from '../../operator/pgbouncer/files.ts';
import { type PgbouncerPooler, pgbouncerPoolers } from '../../operator/pgbouncer/poolers.ts';
import type { PoolerReading } from '../../operator/pooling/ports.ts';
import { openDatabase } from '../../operator/postgres/database.ts';
import { run, waitFor } from '../cluster/run.ts';
import { type Bed, startBed } from './bed.ts';
import { makeCertificates } from './certificates.ts';
import { startClients } from './clients.ts';
import { signal } from './pod.ts';
import type { PoolerPod } from './pooler.ts';

let bed: Bed;
const pods: PoolerPod[] = [];
const floor = 3;

beforeAll(async () => {
  bed = await startBed();
});
afterAll(() => bed.close());
afterEach(async () => {
  for (const pod of pods.splice(0)) await pod.remove();
});

/** A pod with a pooler, and its console as soon as it answers. */
async function start(): Promise<{ readonly pod: PoolerPod; readonly pooler: PgbouncerPooler }> {
  const pod = await bed.startPooler(floor);
  pods.push(pod);
  return { pod, pooler: await connect(pod) };
}

async function connect(pod: PoolerPod): Promise<PgbouncerPooler> {
  let pooler: PgbouncerPooler | undefined;
  const isUp = async () => {
    pooler = await bed.poolers.connect(pod.where).catch(() => undefined);
    return pooler !== undefined;
  };
  await waitFor(isUp, 10, 50);
  if (!pooler) throw new Error('the pooler does not come up');
  return pooler;
}

function openConsoleOf(pod: PoolerPod, tls: PoolerTls = bed.certificates.operator) {
  return openConsole({ host: pod.where.address, port: poolerPort, tls, timeoutMs: 5000 });
}

async function until(pooler: PgbouncerPooler, isReached: (reading: PoolerReading) => boolean) {
  expect(await waitFor(async () => isReached(await pooler.read()), 20, 20)).toBe(true);
}

test('it boots at the floor, and counts its runs as Kubernetes does', async () => {
  const { pod, pooler } = await start();
  await pooler.setLimit(9);
  const first = { containerId: 'run-0', limit: 9, isRetiring: false, current: 0 };
  expect(await pooler.read()).toMatchObject(first);
  await pod.restart();
  await expect(pooler.read()).rejects.toThrow();
  expect(await (await connect(pod)).read()).toMatchObject({ containerId: 'run-1', limit: floor });
});

test('a saturated pool shrinks by retiring servers, and no client notices', async () => {
  const { pod, pooler } = await start();
  const clients = await startClients(bed.pooledUrl(pod), 20, 0.02);
  for (let round = 0; round < 3; round++) {
    await pooler.setLimit(10);
    await until(pooler, ({ current }) => current === 10);
    await pooler.setLimit(4);
    await pooler.setLifetime('short');
    await until(pooler, ({ current }) => current <= 4);
    await pooler.setLifetime('restore');
    const reading = await pooler.read();
    expect(reading).toMatchObject({ limit: 4, isRetiring: false });
    expect(reading.waiting).toBeGreaterThan(0);
  }
  await expect.poll(clients.done, { timeout: 10_000 }).toBeGreaterThan(100);
  await clients.stop();
  expect(clients.errors()).toEqual([]);
});

test('PostgreSQL sees the servers that the console names, at the address of the pod', async () => {
  const { pod, pooler } = await start();
  const clients = await startClients(bed.pooledUrl(pod), 6, 0.5);
  await until(pooler, ({ active }) => active === floor);
  await expect.poll(pooler.demand).toBe(6);
  const { serverPids } = await pooler.read();
  const backends = await bed.database.backendsOf([pod.where.address, '192.0.2.1']);
  expect(backends.map(({ pid }) => pid).sort()).toEqual([...serverPids].sort());
  expect(backends.every(({ address }) => address === pod.where.address)).toBe(true);
  await clients.stop();
});

test('limits are refused below 1: PgBouncer would take 0 for unlimited, and says so', async () => {
  const { pod, pooler } = await start();
  await expect(pooler.setLimit(0)).rejects.toThrow(/at least 1/);
  await expect(pooler.setLimit(2.5)).rejects.toThrow(/whole number/);
  const console = await openConsoleOf(pod);
  await console.ask('SET max_db_connections = 0');
  await expect(pooler.read()).rejects.toThrow('max_db_connections is 0');
});

test('SET can succeed and change nothing, and RELOAD undoes what was set', async () => {
  const { pod, pooler } = await start();
  const console = await openConsoleOf(pod);
  await console.ask('SET listen_port = 7000');
  expect(await settingOf(console, 'listen_port')).toBe(String(poolerPort));
  await console.ask("SET job_name = 'other'");
  expect(await settingOf(console, 'job_name')).not.toBe('other');
  await pooler.setLimit(8);
  await console.ask('RELOAD');
  expect((await pooler.read()).limit).toBe(floor);
});

async function settingOf(console: Console, name: string): Promise<string | null | undefined> {
  return (await console.ask('SHOW CONFIG')).find(({ key }) => key === name)?.value;
}

test('servers of a killed pooler live on until their query ends, and PostgreSQL says so', async () => {
  const { pod, pooler } = await start();
  const client = new pg.Client({ connectionString: bed.pooledUrl(pod) });
  client.on('error', () => {});
  await client.connect();
  // Not a sleep, which notices that its client is gone.
  const busy = client.query(
    "set statement_timeout = '4s'; select count(*) from generate_series(1, 1e12)",
  );
  busy.catch(() => {});
  await until(pooler, ({ active }) => active === 1);
  const { serverPids } = await pooler.read();
  await signal(pod.container(), 'KILL');
  const ghosts = await bed.database.backendsOf([pod.where.address]);
  expect(ghosts.map(({ pid }) => pid)).toEqual(serverPids);
  expect(ghosts[0]?.transactionSeconds).toBeGreaterThanOrEqual(0);
  const isGone = async () => (await bed.database.backendsOf([pod.where.address])).length === 0;
  expect(await waitFor(isGone, 15, 100)).toBe(true);
});

test('a console that does not answer in time is given up, and what it was told is settled before it answers again', async () => {
  const { pod, pooler } = await start();
  await signal(pod.container(), 'STOP');
  const startMs = performance.now();
  await expect(pooler.setLimit(9)).rejects.toThrow(/no answer from .* within 2000 ms/);
  await expect(bed.poolers.connect(pod.where)).rejects.toThrow(/connect: no answer/);
  expect(performance.now() - startMs).toBeLessThan(8000);
  await expect(pooler.read()).rejects.toThrow(/is gone/);
  await signal(pod.container(), 'CONT');
  const again = await connect(pod);
  const { limit } = await again.read();
  await sleep(500);
  expect((await again.read()).limit).toBe(limit);
});

test('nobody reaches the console without the operator’s certificate, nor a pooler with another’s', async () => {
  const { pod } = await start();
  const connectionString = `postgresql://bellwether:@${pod.where.address}:${poolerPort}/pgbouncer`;
  const plain = new pg.Client({ connectionString });
  await expect(plain.connect()).rejects.toThrow();
  const anonymous = new pg.Client({ connectionString, ssl: { rejectUnauthorized: false } });
  await expect(anonymous.connect()).rejects.toThrow();
  await expect(openConsoleOf(pod, bed.certificates.pooler)).rejects.toThrow();
  const strangers = makeCertificates();
  await expect(openConsoleOf(pod, strangers.operator)).rejects.toThrow(/certificate|verify/);
  const { certificate, key } = strangers.operator;
  const forged = { ...bed.certificates.operator, certificate, key };
  await expect(openConsoleOf(pod, forged)).rejects.toThrow();
});

test('an address that has passed to another pod is noticed', async () => {
  const { pod } = await start();
  const earlier = { ...pod.where, uid: 'earlier' };
  await expect(bed.poolers.connect(earlier)).rejects.toThrow(/belongs to pod/);
});

test('the application is let in from its own pod alone', async () => {
  const { pod } = await start();
  const { databaseUrl, certificates } = bed;
  pod.write(poolerFiles({ databaseUrl, floor, tls: certificates.pooler }));
  await (await openConsoleOf(pod)).ask('RELOAD');
  const outside = new pg.Client({ connectionString: bed.pooledUrl(pod) });
  await expect(outside.connect()).rejects.toThrow();
  const inside = bed.pooledUrl(pod).replace(pod.where.address, '127.0.0.1');
  const options = ['--rm', '--network', `container:${pod.holder}`, '--entrypoint', 'psql'];
  const ask = ['run', ...options, bed.images.postgres, '-tAc', 'select 7', inside];
  expect((await run('docker', ask)).trim()).toBe('7');
});

test('a new password and new certificates are taken without a client being cut or a limit lost', async () => {
  const { pod, pooler } = await start();
  await pooler.setLimit(6);
  const clients = await startClients(bed.pooledUrl(pod), 10, 0.02);
  await until(pooler, ({ current }) => current === 6);
  const renewed = makeCertificates();
  const databaseUrl = await bed.setPassword('changed');
  pod.write(poolerFiles({ databaseUrl, floor, tls: renewed.pooler }));
  await pooler.renew();
  expect((await pooler.read()).limit).toBe(6);
  await pooler.setLifetime('short'); // every server logs in anew, with the new password
  await sleep(1000);
  await pooler.setLifetime('restore');
  const before = clients.done();
  expect(await waitFor(async () => clients.done() > before + 50, 10)).toBe(true);
  const options = { tls: () => renewed.operator, timeoutMs: 2000 };
  expect((await (await pgbouncerPoolers(options).connect(pod.where)).read()).limit).toBe(6);
  await expect(openConsoleOf(pod)).rejects.toThrow();
  await clients.stop();
  expect(clients.errors()).toEqual([]);
  await bed.setPassword();
});

test('the limit of the role is set by a role that may do little else', async () => {
  await bed.database.setRoleLimit(2);
  const clients = [1, 2, 3].map(() => new pg.Client({ connectionString: bed.databaseUrl }));
  const [first, second, third] = clients;
  await first?.connect();
  await second?.connect();
  await expect(third?.connect()).rejects.toThrow(/too many connections for role "lms"/);
  await bed.database.setRoleLimit(2);
  await bed.database.setRoleLimit(200);
  await expect(bed.database.setRoleLimit(-1)).rejects.toThrow(/cannot be -1/);
  await Promise.all([first?.end(), second?.end()]);
});

test('a role that cannot see who is connected is an error, never an empty list', async () => {
  const database = openDatabase({ url: bed.databaseUrl, role: 'lms', timeoutMs: 2000 });
  await expect(database.backendsOf(['192.0.2.1'])).rejects.toThrow(/pg_read_all_stats/);
  await expect(database.setRoleLimit(3)).rejects.toThrow(/denied/);
  await database.close();
});
