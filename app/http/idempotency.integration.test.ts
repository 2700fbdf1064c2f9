/** When a key is free again. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Database, openDatabase } from '../database/client.ts';
import { createLog } from '../log.ts';
import { createTestDatabase, type TestDatabase } from '../testing/database.ts';
import { addUser } from '../testing/rows.ts';
import { createIdempotency } from './idempotency.ts';
import type { Answer } from './route.ts';

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
let clone: TestDatabase;
let database: Database;
let userId: string;
let nowMs = Date.parse('2026-03-02T09:00:00Z');

beforeAll(async () => {
  clone = await createTestDatabase();
  database = openDatabase({ url: clone.url, poolSize: 2, log: createLog('silent') });
  userId = await addUser(database.prisma);
});
afterAll(async () => {
  await database.close();
  await clone.drop();
});

function ask(key: string, run: () => Promise<Answer>): Promise<Answer> {
  const caller = { userId, platformRole: null };
  const request = { caller, key, route: 'POST /things', url: '/things', body: {} };
  return createIdempotency(database.prisma, () => nowMs)(request, run);
}

const made = (id: string) => async () => ({ status: 201, body: { id } });

test('an answer is replayed for a day, then the key makes another effect', async () => {
  expect(await ask('kept', made('first'))).toMatchObject({ body: { id: 'first' } });
  nowMs += dayMs;
  expect(await ask('kept', made('second'))).toMatchObject({ body: { id: 'first' } });
  nowMs += 1;
  expect(await ask('kept', made('third'))).toMatchObject({ body: { id: 'third' } });
  expect(await ask('kept', made('fourth'))).toMatchObject({ body: { id: 'third' } });
});

test('a request in flight keeps its key for a minute; then another takes its place', async () => {
  let finish = (_answer: Answer) => {};
  const first = ask('abandoned', () => new Promise<Answer>((resolve) => (finish = resolve)));
  await expect
    .poll(() => database.prisma.idempotencyKey.count({ where: { key: 'abandoned' } }))
    .toBe(1);
  nowMs += minuteMs;
  await expect(ask('abandoned', made('second'))).rejects.toMatchObject({ status: 409 });
  nowMs += 1;
  expect(await ask('abandoned', made('third'))).toMatchObject({ body: { id: 'third' } });
  finish({ status: 201, body: { id: 'first' } });
  await first;
  expect(await ask('abandoned', made('fourth'))).toMatchObject({ body: { id: 'third' } });
});
