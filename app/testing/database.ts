/** A migrated database for each test file, cloned from a template that is migrated once. */
import { createHash, randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { inject } from 'vitest';
import { applyMigrations } from '../database/apply.ts';
import { readMigrations } from '../database/migrations.ts';

export interface TestDatabase {
  /** As the application's role. */
  readonly url: string;
  /** As the role that owns it. */
  readonly ownerUrl: string;
  /** Remove it, once the last connection to it has gone. */
  readonly drop: () => Promise<void>;
}

const lockKey = 7_245_118_302;
const dropTries = 50;
const dropRetryMs = 100;

/** A database of its own with every migration applied and no rows. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const name = `test_${randomBytes(6).toString('hex')}`;
  await asOwner(inject('ownerDatabaseUrl'), async (owner) => {
    await owner.query('SELECT pg_advisory_lock($1)', [lockKey]);
    const template = await ensureTemplate(owner);
    await owner.query(`CREATE DATABASE ${name} TEMPLATE ${template}`);
  });
  return describeDatabase(name);
}

/** A database of its own without any table, for tests of the migrations themselves. */
export async function createEmptyDatabase(): Promise<TestDatabase> {
  const name = `test_${randomBytes(6).toString('hex')}`;
  await asOwner(inject('ownerDatabaseUrl'), (owner) => owner.query(`CREATE DATABASE ${name}`));
  return describeDatabase(name);
}

function describeDatabase(name: string): TestDatabase {
  const owner = inject('ownerDatabaseUrl');
  return {
    url: withName(inject('databaseUrl'), name),
    ownerUrl: withName(owner, name),
    drop: async () => {
      await asOwner(owner, (client) => drop(client, name));
    },
  };
}

/** A closed connection is gone on the server only a moment later, hence the retries. */
async function drop(owner: Client, name: string): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      await owner.query(`DROP DATABASE ${name}`);
      return;
    } catch (error) {
      if (tries === dropTries) throw error;
      await sleep(dropRetryMs);
    }
  }
}

/** The template of exactly these migrations, made if need be. Called under the lock. */
async function ensureTemplate(owner: Client): Promise<string> {
  const migrations = readMigrations();
  const contents = createHash('sha256');
  for (const { name, checksum } of migrations) contents.update(`${name} ${checksum}\n`);
  const template = `template_${contents.digest('hex').slice(0, 12)}`;
  const { rowCount } = await owner.query('SELECT FROM pg_database WHERE datname = $1', [template]);
  if (rowCount !== 0) return template;
  const draft = `${template}_draft`;
  await owner.query(`DROP DATABASE IF EXISTS ${draft}`);
  await owner.query(`CREATE DATABASE ${draft}`);
  await asOwner(withName(inject('ownerDatabaseUrl'), draft), (client) =>
    applyMigrations(client, migrations),
  );
  await owner.query(`ALTER DATABASE ${draft} RENAME TO ${template}`);
  return template;
}

async function asOwner<T>(
  connectionString: string,
  use: (client: Client) => Promise<T>,
): Promise<T> {
  const client = new Client({ connectionString });
  await client.connect();
  try {
    return await use(client);
  } finally {
    await client.end();
  }
}

function withName(url: string, name: string): string {
  const named = new URL(url);
  named.pathname = `/${name}`;
  return named.href;
}
