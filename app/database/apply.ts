/** Applies migrations to a database: once each, in order, by one process at a time. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from 'pg';
import { createdIndex, isConcurrent, type Migration, objectionTo } from './migrations.ts';

export type Connection = Pick<Client, 'query'>;

/** Any number that nobody else locks by. */
const lockKey = 7_245_118_301;
const pollMs = 250;
/** A migration that waits longer for a table would hold up everyone queueing behind it. */
const lockTimeoutMs = 5000;
const lockTries = 10;
const lockNotAvailable = '55P03';

/** Prisma's own table, so that its tools understand the database. */
const createHistory = `
CREATE TABLE IF NOT EXISTS _prisma_migrations (
  id varchar(36) PRIMARY KEY,
  checksum varchar(64) NOT NULL,
  finished_at timestamptz,
  migration_name varchar(255) NOT NULL,
  logs text,
  rolled_back_at timestamptz,
  started_at timestamptz NOT NULL DEFAULT now(),
  applied_steps_count integer NOT NULL DEFAULT 0
)`;

/**
 * Apply what the database lacks of `migrations`.
 *
 * A migration and its record are one transaction, except a concurrent index: an interrupted one
 * leaves an invalid index behind, which the next try drops and builds again.
 *
 * @param connection a session of its own of the owner, not through PgBouncer: it holds the lock
 * @returns the names of those applied now, in order
 * @throws Error when an applied migration was edited, or one fails
 */
export async function applyMigrations(
  connection: Connection,
  migrations: readonly Migration[],
): Promise<readonly string[]> {
  const objections = migrations.flatMap((migration) => objectionTo(migration) ?? []);
  if (objections.length > 0) throw new Error(objections.join('; '));
  await lock(connection);
  try {
    await connection.query(createHistory);
    const missing = findMissing(migrations, await readHistory(connection));
    for (const migration of missing) await applyOne(connection, migration);
    return missing.map(({ name }) => name);
  } finally {
    await connection.query('SELECT pg_advisory_unlock($1)', [lockKey]);
  }
}

/**
 * Wait for the lock by asking again and again. Waiting inside `pg_advisory_lock` would hold a
 * snapshot, and the other process's `CREATE INDEX CONCURRENTLY` would wait for that for ever.
 */
async function lock(connection: Connection): Promise<void> {
  for (;;) {
    const { rows } = await connection.query<{ mine: boolean }>(
      'SELECT pg_try_advisory_lock($1) AS mine',
      [lockKey],
    );
    if (rows[0]?.mine) return;
    await sleep(pollMs);
  }
}

/** Checksums of the applied migrations by name. */
async function readHistory(connection: Connection): Promise<ReadonlyMap<string, string>> {
  const { rows } = await connection.query<{ name: string; checksum: string; finished: boolean }>(`
    SELECT migration_name AS name, checksum, finished_at IS NOT NULL AS finished
    FROM _prisma_migrations WHERE rolled_back_at IS NULL`);
  const failed = rows.find(({ finished }) => !finished);
  if (failed)
    throw new Error(`migration ${failed.name} was begun by another tool and not finished`);
  return new Map(rows.map(({ name, checksum }) => [name, checksum]));
}

function findMissing(
  migrations: readonly Migration[],
  applied: ReadonlyMap<string, string>,
): readonly Migration[] {
  const edited = migrations.find(
    ({ name, checksum }) => applied.has(name) && applied.get(name) !== checksum,
  );
  if (edited) throw new Error(`migration ${edited.name} was changed after it had been applied`);
  return migrations.filter(({ name }) => !applied.has(name));
}

async function applyOne(connection: Connection, migration: Migration): Promise<void> {
  try {
    if (isConcurrent(migration)) await applyConcurrent(connection, migration);
    else await applyInTransaction(connection, migration);
  } catch (cause) {
    throw new Error(`migration ${migration.name} failed`, { cause });
  }
}

async function applyInTransaction(connection: Connection, migration: Migration): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      await connection.query('BEGIN');
      await connection.query(`SET LOCAL lock_timeout = ${lockTimeoutMs}`);
      await connection.query(migration.sql);
      await record(connection, migration);
      await connection.query('COMMIT');
      return;
    } catch (error) {
      await connection.query('ROLLBACK');
      if (codeOf(error) !== lockNotAvailable || tries === lockTries) throw error;
      await sleep(pollMs * tries);
    }
  }
}

async function applyConcurrent(connection: Connection, migration: Migration): Promise<void> {
  const index = createdIndex(migration);
  const state = index === undefined ? 'none' : await indexState(connection, index);
  if (state === 'invalid') await connection.query(`DROP INDEX CONCURRENTLY "${index}"`);
  if (state !== 'valid') await connection.query(migration.sql);
  await record(connection, migration);
}

async function indexState(
  connection: Connection,
  index: string,
): Promise<'none' | 'valid' | 'invalid'> {
  const { rows } = await connection.query<{ valid: boolean }>(
    'SELECT indisvalid AS valid FROM pg_index WHERE indexrelid = to_regclass($1)',
    [`"${index}"`],
  );
  if (!rows[0]) return 'none';
  return rows[0].valid ? 'valid' : 'invalid';
}

async function record(connection: Connection, { name, checksum }: Migration): Promise<void> {
  await connection.query(
    `INSERT INTO _prisma_migrations (id, checksum, migration_name, finished_at, applied_steps_count)
     VALUES ($1, $2, $3, now(), 1)`,
    [randomUUID(), checksum, name],
  );
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
