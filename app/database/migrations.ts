/** The migrations that come with this program, in Prisma's layout: `<name>/migration.sql`. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export interface Migration {
  /** `YYYYMMDDHHMMSS_what_it_does`: their order. */
  readonly name: string;
  readonly sql: string;
  /** SHA-256 in hex, as Prisma keeps it. */
  readonly checksum: string;
}

/** Beside this source, and beside the bundle when bundled. */
const folder = fileURLToPath(new URL('./migrations/', import.meta.url));

/** All migrations in order. */
export function readMigrations(): readonly Migration[] {
  return migrationNames().map((name) => {
    const sql = readFileSync(`${folder}/${name}/migration.sql`, 'utf8');
    return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') };
  });
}

function migrationNames(): readonly string[] {
  const entries = readdirSync(folder, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();
}

interface Asker {
  $queryRaw<T>(query: TemplateStringsArray, ...values: readonly unknown[]): PromiseLike<T>;
}

/**
 * Resolves when the database has every migration that this program knows; it may have newer ones.
 *
 * @returns rejects when one is missing or the database cannot be asked
 */
export async function checkMigrated(prisma: Asker): Promise<void> {
  const newest = migrationNames().at(-1);
  const rows = await prisma.$queryRaw<readonly unknown[]>`
    SELECT 1 FROM _prisma_migrations WHERE migration_name = ${newest} AND finished_at IS NOT NULL`;
  if (rows.length === 0) throw new Error(`the database lacks migration ${newest}`);
}

/** Whether it must run outside a transaction, as `CREATE INDEX CONCURRENTLY` must. */
export function isConcurrent({ sql }: Pick<Migration, 'sql'>): boolean {
  return /\bINDEX\s+CONCURRENTLY\b/i.test(withoutComments(sql));
}

/** The name of the index that a concurrent migration creates; undefined when it creates none. */
export function createdIndex({ sql }: Pick<Migration, 'sql'>): string | undefined {
  const create =
    /CREATE\s+(?:UNIQUE\s+)?INDEX\s+CONCURRENTLY\s+(?:IF\s+NOT\s+EXISTS\s+)?"?(\w+)"?/i;
  return create.exec(withoutComments(sql))?.[1];
}

/** What is wrong with a migration as it is written, or undefined. */
export function objectionTo(migration: Migration): string | undefined {
  if (!/^\d{14}_[a-z0-9_]+$/.test(migration.name))
    return `${migration.name}: not a migration's name`;
  if (!isConcurrent(migration)) return undefined;
  const statements = withoutComments(migration.sql)
    .split(';')
    .filter((part) => part.trim() !== '');
  return statements.length === 1
    ? undefined
    : `${migration.name}: a concurrent index needs a migration of its own, with one statement`;
}

function withoutComments(sql: string): string {
  return sql.replaceAll(/--[^\n]*/g, '');
}
