/** The operator killed at every one of its calls during a rebalance, enumerated: before the call is carried out, and after. */
import { expect, test } from 'vitest';
import { step } from './step.ts';
import type { Action } from './testing/disturb.ts';
import { play, type Scenario } from './testing/world.ts';

const act = (after: number, kind: Action['kind'], pick = 0, amount = 0): Action => ({
  after,
  kind,
  pick,
  amount,
});

/** Three pods share 18 connections; demand moves from the second to the others, a pod more is wanted. */
function scenario(killedAt: number, when: 'before' | 'after'): Scenario {
  return {
    budget: { serverConnections: 20, reserve: 2 },
    workloads: [{ name: 'api', floor: 2, weight: 1, surge: 1, asked: 0, wanted: 3 }],
    durationsMs: [5, 300, 40],
    demand: 9,
    actions: [
      act(80, 'demand', 1, 1),
      act(0, 'want', 0, 4),
      act(killedAt, 'kill', 0, when === 'before' ? 0 : 1),
    ],
  };
}

const calls = Array.from({ length: 40 }, (_, index) => index);

test.each(calls)(
  'killed at call %i of a rebalance, the budget holds and the next leader converges',
  async (call) => {
    expect(await play(scenario(call, 'before'), { step })).toEqual([]);
    expect(await play(scenario(call, 'after'), { step })).toEqual([]);
  },
);
