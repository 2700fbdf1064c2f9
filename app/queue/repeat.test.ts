import { expect, test } from 'vitest';
import { createLog } from '../log.ts';
import { createPace } from './pace.ts';
import { pauseMs, repeat } from './repeat.ts';

test('the pause grows while turns fail, up to the longest, with half of it random', () => {
  expect(pauseMs(0, 100, 5000)).toBe(100);
  for (const [failures, ceiling] of [
    [1, 200],
    [3, 800],
    [50, 5000],
  ] as const) {
    const pause = pauseMs(failures, 100, 5000);
    expect(pause).toBeGreaterThanOrEqual(ceiling / 2);
    expect(pause).toBeLessThanOrEqual(ceiling);
  }
});

test('it repeats, survives failures, and stops after the turn that runs', async () => {
  const outcomes = [1, new Error('away'), 1];
  let turns = 0;
  const stopped = Promise.withResolvers<void>();
  const turn = async () => {
    const outcome = outcomes[turns];
    turns += 1;
    if (turns > outcomes.length) stopped.resolve();
    if (outcome instanceof Error) throw outcome;
    return outcome ?? 0;
  };
  const log = createLog('silent');
  const repeated = repeat(turn, { name: 'test', idleMs: 1, longestMs: 2, log });
  await stopped.promise;
  await repeated.stop();
  const after = turns;
  await new Promise((resolve) => setTimeout(resolve, 10));
  expect(turns).toBe(after);
});

test('a pace spaces begins evenly and saves up nothing while idle', () => {
  const pace = createPace(4);
  expect([0, 0, 0].map(pace)).toEqual([0, 250, 500]);
  expect(pace(10_000)).toBe(10_000);
  expect(pace(10_001)).toBe(10_250);
});
