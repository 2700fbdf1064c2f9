import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  bootMemory,
  containerLimit,
  excess,
  grows,
  type Holder,
  mostWithin,
  type Room,
  shrinks,
} from './sizing.ts';

const mebi = 1024 * 1024;

function holder(uid: string, limit: number, changed: Partial<Holder> = {}): Holder {
  return { uid, limit, bytes: limit, cap: 1000, state: 'settable', ...changed };
}

const room: Room = { memoryBudget: 1000, boot: 100, coming: 0 };

test.each([
  ['what all pods can have', 1000 * mebi, 300 * mebi, 10, 100 * mebi],
  ['the cap of a pod', 1000 * mebi, 64 * mebi, 10, 64 * mebi],
  ['rounded down', 100 * mebi, 64 * mebi, 3, 34_952_533],
])('a Redis boots with %s', (_, memoryBudget, maxMemory, pods, expected) => {
  expect(bootMemory({ memoryBudget, maxMemory }, pods)).toBe(expected);
});

test.each([
  ['memoryBudget', 39 * mebi, 64 * mebi],
  ['maxMemory', 1000 * mebi, 3 * mebi],
])('too little %s is refused by name', (field, memoryBudget, maxMemory) => {
  expect(() => bootMemory({ memoryBudget, maxMemory }, 10)).toThrow(`sidecars.redis.${field}: `);
});

test('a container has a quarter and 30 MiB more than its values may take', () => {
  expect(containerLimit(64 * mebi)).toBe(110 * mebi);
  expect(mostWithin(110 * mebi)).toBe(64 * mebi);
  expect(mostWithin(30 * mebi)).toBe(0);
});

test.each<[string, readonly Holder[], Partial<Room>, object, object]>([
  ['one pod has all', [holder('a', 100)], {}, {}, { a: 1000 }],
  ['but its cap', [holder('a', 100, { cap: 300 })], {}, {}, { a: 300 }],
  ['and the room of pods to come', [holder('a', 100)], { coming: 3 }, {}, { a: 700 }],
  [
    'what one cannot take the others share',
    [holder('a', 100), holder('b', 100, { cap: 200 }), holder('c', 100)],
    {},
    {},
    { a: 400, b: 200, c: 400 },
  ],
  ['a pod to come is made room for', [holder('a', 1000)], { coming: 1 }, { a: 900 }, {}],
  [
    'nothing rises before what is too much has fallen',
    [holder('a', 900), holder('b', 100)],
    {},
    { a: 500 },
    {},
  ],
  [
    'a limit that fell frees nothing before the memory is free',
    [holder('a', 500, { bytes: 900 }), holder('b', 100)],
    {},
    {},
    {},
  ],
  [
    'who does not answer keeps what it may have',
    [holder('a', 600, { state: 'fixed' }), holder('b', 100), holder('c', 100)],
    {},
    {},
    { b: 200, c: 200 },
  ],
  [
    'who leaves goes back to what it booted with',
    [holder('a', 500, { state: 'leaving' }), holder('b', 500)],
    {},
    { a: 100 },
    {},
  ],
  [
    'nobody goes below what it boots with',
    [holder('a', 1000, { state: 'fixed' }), holder('b', 300)],
    {},
    { b: 100 },
    {},
  ],
  [
    'a limit below what it boots with rises to it',
    [holder('a', 50, { bytes: 100 })],
    { memoryBudget: 100 },
    {},
    { a: 100 },
  ],
])('%s', (_, holders, changed, falling, rising) => {
  const given = { ...room, ...changed };
  expect(Object.fromEntries(shrinks(holders, given))).toEqual(falling);
  expect(Object.fromEntries(grows(holders, given))).toEqual(rising);
});

const anyHolder = fc.record({
  limit: fc.integer({ min: 1, max: 1000 }),
  used: fc.integer({ min: 0, max: 1200 }),
  cap: fc.integer({ min: 1, max: 1000 }),
  state: fc.constantFrom('settable' as const, 'leaving' as const, 'fixed' as const),
});
const anyRoom = fc.record({
  memoryBudget: fc.integer({ min: 100, max: 5000 }),
  boot: fc.integer({ min: 10, max: 100 }),
  coming: fc.integer({ min: 0, max: 10 }),
});
const anyScene = fc.tuple(fc.array(anyHolder, { maxLength: 12 }), anyRoom).map(([all, given]) => ({
  given,
  holders: all.map(({ limit, used, cap, state }, index): Holder => {
    return { uid: `${index}`, limit, bytes: Math.max(limit, used, given.boot), cap, state };
  }),
}));

function apply(holders: readonly Holder[], changes: readonly (readonly [string, number])[]) {
  const to = new Map(changes);
  return holders.map((one) => {
    const limit = to.get(one.uid) ?? one.limit;
    return { ...one, limit, bytes: Math.max(limit, one.bytes) };
  });
}

test('whatever is the case, growing keeps within the budget or changes nothing of an excess', () => {
  fc.assert(
    fc.property(anyScene, ({ holders, given }) => {
      const before = excess(holders, given);
      const after = excess(apply(holders, grows(holders, given)), given);
      expect(after).toBeLessThanOrEqual(Math.max(0, before));
    }),
  );
});

test('limits stay above 0, below their caps, and where nobody answers as they are', () => {
  fc.assert(
    fc.property(anyScene, ({ holders, given }) => {
      for (const [uid, bytes] of [...shrinks(holders, given), ...grows(holders, given)]) {
        const { cap, state } = holders[Number(uid)] as Holder;
        expect(bytes).toBeGreaterThan(0);
        expect(bytes).toBeLessThanOrEqual(cap);
        expect(state).not.toBe('fixed');
      }
    }),
  );
});

test('once all limits are in force nothing changes any more', () => {
  fc.assert(
    fc.property(anyScene, ({ holders, given }) => {
      const settled = (changes: readonly (readonly [string, number])[], of: readonly Holder[]) =>
        apply(of, changes).map((one) => ({ ...one, bytes: Math.max(one.limit, given.boot) }));
      const shrunk = settled(shrinks(holders, given), settled([], holders));
      const grown = settled(grows(shrunk, given), shrunk);
      expect([shrinks(grown, given), grows(grown, given)]).toEqual([[], []]);
    }),
  );
});

test('no container is given values that it cannot hold', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2 ** 40 }), (bytes) => {
      expect(mostWithin(containerLimit(bytes))).toBeGreaterThanOrEqual(bytes);
      expect(containerLimit(mostWithin(bytes + 30 * mebi))).toBeLessThanOrEqual(bytes + 30 * mebi);
    }),
  );
});
