/** Random scenarios: a budget, one or two profiles on it, and what befalls them. */
import fc from 'fast-check';
import { type Action, actionKinds } from './disturb.ts';
import type { Scenario } from './world.ts';

/**
 * @param most actions in one scenario
 * @param kinds of actions
 */
export function scenarios(
  most: number,
  kinds: readonly Action['kind'][] = actionKinds,
): fc.Arbitrary<Scenario> {
  const action: fc.Arbitrary<Action> = fc.record({
    after: fc.integer({ min: 0, max: 40 }),
    kind: fc.constantFrom(...kinds),
    pick: fc.nat({ max: 20 }),
    amount: fc.nat({ max: 20 }),
  });
  return fc
    .record({
      room: fc.integer({ min: 12, max: 40 }),
      reserve: fc.integer({ min: 0, max: 4 }),
      floors: fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 2 }),
      surge: fc.integer({ min: 1, max: 2 }),
      durationsMs: fc.array(fc.constantFrom(5, 40, 300, 2500), { minLength: 1, maxLength: 7 }),
      demand: fc.nat({ max: 15 }),
      actions: fc.array(action, { maxLength: most, size: 'max' }),
    })
    .map(({ room, reserve, floors, surge, ...rest }) => ({
      budget: { serverConnections: room + reserve, reserve },
      workloads: floors.map((floor, index) => ({
        name: `profile-${index}`,
        floor,
        weight: index + 1,
        surge,
        asked: 0,
        wanted: 3,
      })),
      ...rest,
    }));
}
