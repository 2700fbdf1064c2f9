import fc from 'fast-check';
import { expect, test } from 'vitest';
import { mostReplicas, surgeAt } from './surge.ts';

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

test.each([
  // 36 to share.
  [3, 1, 11],
  [3, 4, 8],
  // 9 and 3 of surge are 12; 10 and 3 would be 13.
  [3, '25%', 9],
  [5, '100%', 3],
  [18, 1, 1],
  [36, 1, 0],
  [37, 1, 0],
])('floors of %i with a maxSurge of %s fit %i times', (floor, maxSurge, replicas) => {
  const budget = { serverConnections: 40, reserve: 4 };
  expect(mostReplicas(budget, { floor, maxSurge })).toBe(replicas);
});

test('the most replicas fit with their surge, and one more does not', () => {
  const maxSurges = fc.oneof(
    fc.integer({ min: 0, max: 20 }),
    fc.integer({ min: 0, max: 200 }).map((percent) => `${percent}%`),
  );
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 2000 }),
      fc.integer({ min: 1, max: 50 }),
      maxSurges,
      (serverConnections, floor, maxSurge) => {
        const budget = { serverConnections, reserve: 0 };
        const needs = (replicas: number) => floor * (replicas + surgeAt(maxSurge, replicas));
        const most = mostReplicas(budget, { floor, maxSurge });
        if (most > 0) expect(needs(most)).toBeLessThanOrEqual(serverConnections);
        expect(needs(most + 1)).toBeGreaterThan(serverConnections);
      },
    ),
  );
});
