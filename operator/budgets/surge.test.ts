import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Rollout, surgeAt, withSurges } from './surge.ts';

test.each([
  ['25%', 0, 1],
  ['25%', 4, 1],
  ['25%', 5, 2],
  ['100%', 7, 7],
  ['0%', 7, 1],
  [0, 7, 1],
  [3, 7, 3],
  ['3', 7, 3],
  ['many', 7, 1],
])('a maxSurge of %s at %i replicas is %i pods', (maxSurge, replicas, pods) => {
  expect(surgeAt(maxSurge, replicas)).toBe(pods);
});

/** 36 to share. */
const budget = { serverConnections: 40, reserve: 4 };
const profile = (name: string, asked: number, wanted: number, more: object = {}): Rollout => ({
  name,
  ...{ floor: 3, weight: 1, maxSurge: '25%' },
  ...{ askedReplicas: asked, wantedReplicas: wanted },
  ...more,
});

test.each([
  { name: 'at what it wants', rollouts: [profile('a', 2, 5)], surges: [2] },
  // 9 and 3 are 12 floors; 10 and 3 would be 13.
  { name: 'at what fits', rollouts: [profile('a', 2, 40)], surges: [3] },
  {
    name: 'at what it has, although that is too much',
    rollouts: [profile('a', 20, 2)],
    surges: [5],
  },
  // 4 and 1 each are 10; the fifth of one costs 2, so that the other stays at 4.
  {
    name: 'at what both can have',
    rollouts: [profile('a', 2, 40), profile('b', 1, 40)],
    surges: [2, 1],
  },
  {
    name: 'in pods',
    rollouts: [profile('a', 2, 40, { maxSurge: 4 }), profile('b', 0, 1, { maxSurge: 0 })],
    surges: [4, 1],
  },
])('surges are resolved $name', ({ rollouts, surges }) => {
  expect(withSurges(budget, rollouts).map(({ surge }) => surge)).toEqual(surges);
});

test('a surge is never less than what Kubernetes makes of what is there, nor more than of what is wanted', () => {
  const rollout = fc.record({
    name: fc.constantFrom('a', 'b', 'c'),
    floor: fc.integer({ min: 1, max: 5 }),
    weight: fc.integer({ min: 1, max: 3 }),
    maxSurge: fc.oneof(fc.integer({ min: 0, max: 5 }), fc.constantFrom('0%', '25%', '100%')),
    askedReplicas: fc.integer({ min: 0, max: 20 }),
    wantedReplicas: fc.integer({ min: 0, max: 40 }),
  });
  const rollouts = fc.uniqueArray(rollout, { selector: ({ name }) => name, maxLength: 3 });
  fc.assert(
    fc.property(rollouts, (all) => {
      for (const [index, { surge }] of withSurges(budget, all).entries()) {
        const { maxSurge = 0, askedReplicas = 0, wantedReplicas = 0 } = all[index] ?? {};
        const largest = Math.max(askedReplicas, wantedReplicas);
        expect(surge).toBeGreaterThanOrEqual(surgeAt(maxSurge, askedReplicas));
        expect(surge).toBeLessThanOrEqual(surgeAt(maxSurge, largest));
      }
    }),
  );
});
