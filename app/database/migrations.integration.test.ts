import { Client } from 'pg';
import { afterEach, expect, test } from 'vitest';
import { createEmptyDatabase, createTestDatabase, type TestDatabase } from '../testing/database.ts';
import { schemaDifference } from '../testing/schema-difference.ts';
import { applyMigrations } from './apply.ts';
import { type Migration, readMigrations } from './migrations.ts';

const databases: TestDatabase[] = [];
const clients: Client[] = [];

afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.end()));
  await Promise.all(databases.splice(0).map((database) => database.drop()));
});

async function use(database: TestDatabase): Promise<TestDatabase> {
  databases.push(database);
  return database;
}

async function connect(connectionString: string): Promise<Client> {
  const client = new Client({ connectionString });
  clients.push(client);
  await client.connect();
  return client;
}

const names = readMigrations().map(({ name }) => name);
const later = (sql: string): Migration => ({ name: '29990101000000_later', sql, checksum: 'x' });

test('three at once apply each migration once', async () => {
  const { ownerUrl } = await use(await createEmptyDatabase());
  const owners = await Promise.all([1, 2, 3].map(() => connect(ownerUrl)));
  const applied = await Promise.all(
    owners.map((owner) => applyMigrations(owner, readMigrations())),
  );
  expect(applied.flat()).toEqual(names);
  expect(applied.filter((list) => list.length > 0)).toHaveLength(1);
});

test('the migrated database and schema.prisma do not differ', async () => {
  const { ownerUrl } = await use(await createTestDatabase());
  expect(await schemaDifference(ownerUrl)).toBe('-- This is an empty migration.\n');
  const owner = await connect(ownerUrl);
  await owner.query('ALTER TABLE users DROP COLUMN phone');
  expect(await schemaDifference(ownerUrl)).toContain('ADD COLUMN     "phone" VARCHAR(32)');
});

test('a failing migration leaves nothing behind', async () => {
  const { ownerUrl } = await use(await createTestDatabase());
  const owner = await connect(ownerUrl);
  const failing = later('CREATE TABLE half (id int); SELECT 1 / 0;');
  await expect(applyMigrations(owner, [...readMigrations(), failing])).rejects.toThrow(
    failing.name,
  );
  const { rows } = await owner.query("SELECT to_regclass('half') AS half");
  expect(rows).toEqual([{ half: null }]);
  const mended = later('CREATE TABLE whole (id int)');
  expect(await applyMigrations(owner, [...readMigrations(), mended])).toEqual([mended.name]);
});

test('an interrupted concurrent index is built again', async () => {
  const { ownerUrl } = await use(await createTestDatabase());
  const owner = await connect(ownerUrl);
  await owner.query('CREATE TABLE t (a int)');
  await owner.query('INSERT INTO t VALUES (1), (1)');
  const unique = later('CREATE UNIQUE INDEX CONCURRENTLY t_a ON t (a)');
  const all = [...readMigrations(), unique];
  await expect(applyMigrations(owner, all)).rejects.toThrow(unique.name);
  await owner.query('DELETE FROM t');
  expect(await applyMigrations(owner, all)).toEqual([unique.name]);
  const { rows } = await owner.query(
    "SELECT indisvalid FROM pg_index WHERE indexrelid = 't_a'::regclass",
  );
  expect(rows).toEqual([{ indisvalid: true }]);
});

test('an edited migration is refused', async () => {
  const { ownerUrl } = await use(await createTestDatabase());
  const owner = await connect(ownerUrl);
  const [first, ...others] = readMigrations();
  if (!first) throw new Error('there are no migrations');
  const edited = [{ ...first, checksum: 'other' }, ...others];
  await expect(applyMigrations(owner, edited)).rejects.toThrow('was changed after');
});

test('the program’s role can use the tables but not change them', async () => {
  const { url } = await use(await createTestDatabase());
  const program = await connect(url);
  await program.query('SELECT FROM users');
  await expect(program.query('ALTER TABLE users ADD COLUMN x int')).rejects.toThrow('owner');
  await expect(program.query('CREATE TABLE x (id int)')).rejects.toThrow('permission denied');
  await expect(program.query('DELETE FROM grade_overrides')).rejects.toThrow('permission denied');
});
