/** A short trial of the connection budget on real processes; `make test-pooling` runs the long one. */
import { expect, test } from 'vitest';
import { runTrial } from './trial.ts';

test('random events overshoot no budget, break no invariant and cost no client an answer', {
  timeout: 300_000,
}, async () => {
  const told: string[] = [];
  const tell = (line: string) => told.push(line);
  const result = await runTrial({ steps: 40, seed: 5, tell });
  expect(result.violations).toEqual([]);
  expect(result.refusals).toBe(0);
  expect(result.mostSessions).toBeLessThanOrEqual(result.capacity);
  expect(result.load.errors).toEqual([]);
  expect(result.load.refusals).toBe(0);
  expect(result.load.transactions).toBeGreaterThan(100);
  expect(result.rebalancesMs.length).toBeGreaterThan(0);
});
