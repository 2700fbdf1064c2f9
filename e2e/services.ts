/** What integration tests need: a throwaway PostgreSQL and two Redises from our own images, on free ports of 127.0.0.1. */
import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { ensureBases } from './cluster/bases.ts';
import { ensureDocker } from './cluster/docker.ts';
import { buildDataImage } from './cluster/images.ts';
import { withLock } from './cluster/lock.ts';
import { isAlive, run, succeeds, waitFor } from './cluster/run.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Database `lms` as the application's role. */
    databaseUrl: string;
    /** Database `lms` as the role that owns it; here it may also make databases. */
    ownerDatabaseUrl: string;
    /** `allkeys-lfu`, nothing persisted. */
    redisCacheUrl: string;
    /** `noeviction`, append-only file. */
    redisStateUrl: string;
  }
}

/** Addresses of the services, by the names under which tests get them. */
export type Services = Readonly<
  Record<'databaseUrl' | 'ownerDatabaseUrl' | 'redisCacheUrl' | 'redisStateUrl', string>
>;

/** Start the services and provide their addresses to the tests; returns what removes them. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { services, remove } = await startServices();
  project.provide('databaseUrl', services.databaseUrl);
  project.provide('ownerDatabaseUrl', services.ownerDatabaseUrl);
  project.provide('redisCacheUrl', services.redisCacheUrl);
  project.provide('redisStateUrl', services.redisStateUrl);
  return remove;
}

/** Start the services, which answer when this resolves. */
export async function startServices(): Promise<{
  readonly services: Services;
  readonly remove: () => Promise<void>;
}> {
  const images = await withLock(async () => {
    await ensureDocker();
    await ensureBases();
    return { postgres: await buildDataImage('postgres'), redis: await buildDataImage('redis') };
  });
  await removeOrphans();
  const password = randomBytes(12).toString('hex');
  const secrets = writeSecrets(password);
  const remove = async () => {
    await removeContainers(`runner=${process.pid}`);
    rmSync(secrets, { recursive: true, force: true });
  };
  try {
    const [postgres, cache, state] = await Promise.all([
      startPostgres(images.postgres, secrets),
      startRedis(images.redis, ['--maxmemory', '64mb', '--maxmemory-policy', 'allkeys-lfu']),
      startRedis(images.redis, ['--maxmemory-policy', 'noeviction', '--appendonly', 'yes']),
    ]);
    const services = {
      databaseUrl: `postgresql://lms:${password}@127.0.0.1:${postgres}/lms`,
      ownerDatabaseUrl: `postgresql://lms_owner:${password}@127.0.0.1:${postgres}/lms`,
      redisCacheUrl: `redis://127.0.0.1:${cache}`,
      redisStateUrl: `redis://127.0.0.1:${state}`,
    };
    return { services, remove };
  } catch (cause) {
    await remove();
    throw new Error('the services for integration tests did not start', { cause });
  }
}

function writeSecrets(password: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'bellwether-services-'));
  writeFileSync(join(folder, 'password'), password);
  chmodSync(folder, 0o755); // the server in the container has another user id
  return folder;
}

/** Start PostgreSQL in memory, as locked down as on a cluster; returns its port once it answers. */
async function startPostgres(image: string, secrets: string): Promise<number> {
  const files = ['POSTGRES_SUPERUSER_PASSWORD_FILE', 'OWNER_PASSWORD_FILE', 'APP_PASSWORD_FILE'];
  const container = await start(image, 5432, '/var/lib/postgresql', {
    options: [
      ...['--volume', `${secrets}:/run/secrets:ro`],
      ...files.flatMap((file) => ['--env', `${file}=/run/secrets/password`]),
    ],
    args: ['-c', 'fsync=off', '-c', 'max_connections=200'],
  });
  await untilReady(container, ['pg_isready', '--quiet', '--host', '/tmp']);
  const grant = 'alter role lms_owner createdb';
  await run('docker', ['exec', container, 'psql', '-h', '/tmp', '-qc', grant]);
  return portOf(container, 5432);
}

/** Start Redis in memory; returns its port once it answers. */
async function startRedis(image: string, args: readonly string[]): Promise<number> {
  const container = await start(image, 6379, '/data', {
    options: [],
    args: ['--protected-mode', 'no', '--save', '', ...args],
  });
  await untilReady(container, ['redis-cli', 'ping']);
  return portOf(container, 6379);
}

async function start(
  image: string,
  port: number,
  folder: string,
  more: { readonly options: readonly string[]; readonly args: readonly string[] },
): Promise<string> {
  const options = [
    ...['--detach', '--rm', '--read-only', '--cap-drop', 'ALL'],
    ...['--label', 'bellwether=services', '--label', `runner=${process.pid}`],
    ...['--tmpfs', `${folder}:mode=1777`, '--tmpfs', '/tmp:mode=1777'],
    ...['--publish', `127.0.0.1:0:${port}`],
  ];
  return (await run('docker', ['run', ...options, ...more.options, image, ...more.args])).trim();
}

async function untilReady(container: string, ask: readonly string[]): Promise<void> {
  const isReady = await waitFor(() => succeeds('docker', ['exec', container, ...ask]), 60, 100);
  if (!isReady) throw new Error(`it does not answer:\n${await run('docker', ['logs', container])}`);
}

async function portOf(container: string, port: number): Promise<number> {
  const published = await run('docker', ['port', container, String(port)]);
  return Number(published.trim().split('\n')[0]?.split(':').at(-1));
}

/** Remove what earlier runs left when they were killed. */
async function removeOrphans(): Promise<void> {
  const format = '{{.Label "runner"}}';
  const query = ['ps', '--all', '--filter', 'label=bellwether=services', '--format', format];
  const runners = new Set((await run('docker', query)).split('\n').filter((pid) => pid !== ''));
  for (const pid of runners) {
    if (!isAlive(Number(pid))) await removeContainers(`runner=${pid}`);
  }
}

async function removeContainers(label: string): Promise<void> {
  const query = ['--filter', 'label=bellwether=services', '--filter', `label=${label}`];
  const listed = await run('docker', ['ps', '--all', '--quiet', ...query]);
  const containers = listed.split('\n').filter((id) => id !== '');
  if (containers.length > 0) await run('docker', ['rm', '--force', '--volumes', ...containers]);
}
