import { PrismaPg } from '@prisma/adapter-pg';
import { expect, test } from 'vitest';
import { PrismaClient } from './generated/client.ts';
import { createReaders } from './readers.ts';

/** Never connected: only told apart. */
const [primary, replica] = ['primary', 'replica'].map(
  (host) => new PrismaClient({ adapter: new PrismaPg({ host }) }),
);
if (!primary || !replica) throw new Error('two clients');

function memory() {
  const names = new Set<string>();
  return {
    names,
    remember: async (name: string) => names.add(name),
    remembers: async (name: string) => names.has(name),
  };
}

test('who has just written reads from the primary, others from the replica', async () => {
  const readers = createReaders(primary, replica);
  readers.shareThrough(memory());
  await readers.wrote('ada');
  expect(await readers.forUser('ada')).toBe(primary);
  expect(await readers.forUser('bob')).toBe(replica);
  expect(readers.forAnyone()).toBe(replica);
});

test('when nobody can tell who wrote, everybody reads from the primary', async () => {
  const readers = createReaders(primary, replica);
  expect(await readers.forUser('ada')).toBe(primary);
  const away = () => Promise.reject(new Error('away'));
  readers.shareThrough({ remember: away, remembers: away });
  await readers.wrote('ada');
  expect(await readers.forUser('ada')).toBe(primary);
});

test('without a replica nothing is remembered', async () => {
  const shared = memory();
  const readers = createReaders(primary, undefined);
  readers.shareThrough(shared);
  await readers.wrote('ada');
  expect(shared.names.size).toBe(0);
  expect(readers.forAnyone()).toBe(primary);
});
