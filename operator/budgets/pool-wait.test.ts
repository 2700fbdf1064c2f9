import { expect, test } from 'vitest';
import { specOf } from '../scaling/testing/scenario.ts';
import type { Account } from './account.ts';
import { poolWaitOf } from './pool-wait.ts';

const target = { type: 'AverageValue', averageValue: '10' };
const metric = (name: string, prometheus: object) => ({
  name,
  type: 'Prometheus',
  prometheus,
  target,
});
const waiting = 'max(bellwether_pooler_waiting{namespace="lms"})';
const spec = specOf({
  metrics: [
    metric('load', { query: 'sum(load)' }),
    metric('wait', { query: waiting }),
    metric('sudden', { query: 'sum(load)', burstQuery: waiting }),
    {
      name: 'jobs',
      type: 'Queue',
      queue: { depth: 'sum(jobs)', arrivals: waiting, ratePerReplica: '4' },
    },
  ],
  burst: {},
  guard: [
    { name: 'latency', query: 'p95', objective: '0.1' },
    { name: 'pool', query: waiting, objective: '0.1' },
  ],
});

function account(isSaturated: boolean): Account {
  const never = () => {
    throw new Error('nothing is scaled here');
  };
  return {
    budget: 'postgres',
    problem: () => undefined,
    isSaturated: () => isSaturated,
    scale: never,
  };
}

test('every query of a metric or a guard may read the wait in a pool', () => {
  expect(poolWaitOf(account(true), spec)).toEqual({
    budget: 'postgres',
    metrics: ['wait', 'sudden', 'jobs'],
    guards: ['pool'],
  });
});

test('it is nothing while the budget is not spent, or there is none', () => {
  expect(poolWaitOf(account(false), spec)).toBeUndefined();
  expect(poolWaitOf(undefined, spec)).toBeUndefined();
});
