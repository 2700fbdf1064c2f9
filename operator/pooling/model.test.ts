/**
 * The protocol against a simulated cluster: every invariant after every step, whatever happens between any two calls.
 * POOLING_MODEL_RUNS sets how many random scenarios are played, POOLING_MODEL_ACTIONS how many events each has at most.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { step } from './step.ts';
import { type Mutation, mutations } from './testing/mutations.ts';
import { scenarios } from './testing/scenario.ts';
import { play } from './testing/world.ts';

const runs = Number(process.env.POOLING_MODEL_RUNS ?? 25);
const actions = Number(process.env.POOLING_MODEL_ACTIONS ?? 60);

test('the budget holds at every instant', { timeout: 3_600_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(scenarios(actions), async (random) => {
      expect(await play(random, { step })).toEqual([]);
    }),
    { numRuns: runs, endOnFailure: runs > 100 },
  );
});

test('when more goes wrong at once than the cushion is for, nothing else breaks, and it passes', {
  timeout: 3_600_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(scenarios(actions), async (random) => {
      expect(await play({ ...random, isUnbounded: true }, { step })).toEqual([]);
    }),
    { numRuns: Math.ceil(runs / 3), endOnFailure: runs > 100 },
  );
});

/** What the first scenario that breaks anything breaks; a protocol that has changed may need more than the first. */
async function firstViolation({ seed, kinds, ...broken }: Mutation): Promise<readonly string[]> {
  for (const scenario of fc.sample(scenarios(60, kinds), { numRuns: 200, seed })) {
    const violations = await play(scenario, broken);
    if (violations.length > 0) return violations;
  }
  return [];
}

test.each(mutations)('the model notices: $name', { timeout: 60_000 }, async (mutation) => {
  expect((await firstViolation(mutation)).join('\n')).toMatch(mutation.breaks);
});
