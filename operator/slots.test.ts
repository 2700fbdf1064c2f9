import { expect, test } from 'vitest';
import { createSlots } from './slots.ts';

/** Takers in the order in which they got their slots, and what gives these back. */
function takers(count: () => number, names: string) {
  const slots = createSlots(count);
  const admitted: string[] = [];
  const frees = new Map<string, () => void>();
  for (const name of names) {
    slots.take().then((free) => {
      admitted.push(name);
      frees.set(name, free);
    });
  }
  const give = (name: string) => frees.get(name)?.();
  const now = async () => {
    await new Promise((resolve) => setImmediate(resolve));
    return admitted.join('');
  };
  return { give, now };
}

test('so many have a slot, the others wait in the order they came', async () => {
  const { give, now } = takers(() => 2, 'abcd');
  expect(await now()).toBe('ab');
  give('b');
  expect(await now()).toBe('abc');
  give('a');
  expect(await now()).toBe('abcd');
});

test('a slot that is given back twice is given back once', async () => {
  const { give, now } = takers(() => 1, 'abc');
  await now();
  give('a');
  give('a');
  expect(await now()).toBe('ab');
});

test('where fewer may have one, as many must give theirs back first; where more may, they come with the next', async () => {
  let count = 2;
  const { give, now } = takers(() => count, 'abcdef');
  await now();
  count = 1;
  give('a');
  expect(await now()).toBe('ab');
  give('b');
  expect(await now()).toBe('abc');
  count = 3;
  give('c');
  expect(await now()).toBe('abcdef');
});
