/** What integration tests need: a throwaway PostgreSQL and two Redises from our own images, on free ports of 127.0.0.1. */
import { randomBytes } from 'node:crypto';
import type { TestProject } from 'vitest/node';
import { ensureBases } from './cluster/bases.ts';
import { ensureDocker } from './cluster/docker.ts';
import { removeFolders } from './cluster/folders.ts';
import { buildDataImage } from './cluster/images.ts';
import { withLock } from './cluster/lock.ts';
import {
  addressOf,
  portOf,
  removeContainers,
  removeOrphans,
  runSql,
  scratch,
  startContainer,
  startPostgres,
  untilReady,
  writeSecrets,
} from './containers.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Database `lms` as the application's role. */
    databaseUrl: string;
    /** Database `lms` as the role that owns it; here it may also make databases. */
    ownerDatabaseUrl: string;
    /** Where other containers reach that PostgreSQL, without a port. */
    databaseAddress: string;
    /** `allkeys-lfu`, nothing persisted. */
    redisCacheUrl: string;
    /** `noeviction`, append-only file. */
    redisStateUrl: string;
  }
}

/** Addresses of the services, by the names under which tests get them. */
export type Services = Readonly<
  Record<
    'databaseUrl' | 'ownerDatabaseUrl' | 'databaseAddress' | 'redisCacheUrl' | 'redisStateUrl',
    string
  >
>;

/** Start the services and provide their addresses to the tests; returns what removes them. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { services, remove } = await startServices();
  project.provide('databaseUrl', services.databaseUrl);
  project.provide('ownerDatabaseUrl', services.ownerDatabaseUrl);
  project.provide('databaseAddress', services.databaseAddress);
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
    removeFolders();
  };
  try {
    const [postgres, cache, state] = await Promise.all([
      startLmsDatabase(images.postgres, secrets),
      startRedis(images.redis, ['--maxmemory', '64mb', '--maxmemory-policy', 'allkeys-lfu']),
      startRedis(images.redis, ['--maxmemory-policy', 'noeviction', '--appendonly', 'yes']),
    ]);
    const services = {
      databaseUrl: `postgresql://lms:${password}@127.0.0.1:${postgres.port}/lms`,
      ownerDatabaseUrl: `postgresql://lms_owner:${password}@127.0.0.1:${postgres.port}/lms`,
      databaseAddress: postgres.address,
      redisCacheUrl: `redis://127.0.0.1:${cache}`,
      redisStateUrl: `redis://127.0.0.1:${state}`,
    };
    return { services, remove };
  } catch (cause) {
    await remove();
    throw new Error('the services for integration tests did not start', { cause });
  }
}

/** Start PostgreSQL in memory; returns where it is once it answers: on 127.0.0.1, and for other containers. */
async function startLmsDatabase(
  image: string,
  secrets: string,
): Promise<{ readonly port: number; readonly address: string }> {
  const memory = ['--tmpfs', '/var/lib/postgresql:mode=1777', '--publish', '127.0.0.1:0:5432'];
  const container = await startPostgres(image, secrets, memory, ['-c', 'max_connections=200']);
  await runSql(container, 'alter role lms_owner createdb');
  return { port: await portOf(container, 5432), address: await addressOf(container) };
}

/** Start Redis in memory; returns its port once it answers. */
async function startRedis(image: string, args: readonly string[]): Promise<number> {
  const container = await startContainer(
    image,
    [...scratch, '--tmpfs', '/data:mode=1777', '--publish', '127.0.0.1:0:6379'],
    ['--protected-mode', 'no', '--save', '', ...args],
  );
  await untilReady(container, ['redis-cli', 'ping']);
  return portOf(container, 6379);
}
