/** Failed data never lowers: what a decision does when readings fail, one of several or all of them. */
import { expect, test } from 'vitest';
import { decisionSchema } from '../api/decision.ts';
import { decide } from './decide.ts';
import { noMemory } from './memory.ts';
import {
  averageOf,
  failedReading,
  good,
  observe,
  Scenario,
  specOf,
  start,
} from './testing/scenario.ts';

const brief = { scaleDown: { stabilizationWindowSeconds: 0 } };
const two = { metrics: [averageOf('a', '10'), averageOf('b', '10')], behavior: brief };

test.each(['absent', 'invalid', 'stale', 'error'] as const)('%s holds and is named', (reason) => {
  const target = new Scenario(specOf({ behavior: brief }), 6);
  target.pass({ load: 60 });
  const decision = target.pass({ load: reason });
  expect(decision).toMatchObject({ desiredReplicas: 6, reason: 'FailedSignalHold' });
  expect(decision.proposals[0]).toMatchObject({ failed: reason });
});

test('zero is a value, and lowers', () => {
  const target = new Scenario(specOf({ behavior: brief }), 6);
  expect(target.pass({ load: 0 }).desiredReplicas).toBe(1);
});

test.each([
  { name: 'older than it may be', reading: good(0, start - 60_001), reason: 'stale' },
  { name: 'negative', reading: good(-1, start), reason: 'invalid' },
  { name: 'not finite', reading: good(Number.NaN, start), reason: 'invalid' },
])('a reading that is $name has failed', ({ reading, reason }) => {
  const spec = specOf({ behavior: brief });
  const observation = { ...observe(start, 6, {}), readings: { load: { value: reading } } };
  const { decision } = decide(spec, observation, noMemory);
  expect(decision.proposals[0]).toMatchObject({ failed: reason });
  expect(decision.desiredReplicas).toBe(6);
});

test('a reading exactly as old as it may be still counts', () => {
  const observation = observe(start, 6, {});
  const readings = { load: { value: good(90, start - 60_000) } };
  const { decision } = decide(specOf(), { ...observation, readings }, noMemory);
  expect(decision.desiredReplicas).toBe(9);
});

test('a failure told at length still fits into status', () => {
  const load = { value: { ...failedReading('error'), message: 'long '.repeat(2000) } };
  const observation = { ...observe(start, 6, {}), readings: { load } };
  const { decision } = decide(specOf(), observation, noMemory);
  expect(decisionSchema.safeParse(decision).success).toBe(true);
});

test('a metric without any reading has failed', () => {
  const { decision } = decide(specOf(), observe(start, 6, {}), noMemory);
  expect(decision.proposals[0]).toMatchObject({ failed: 'absent' });
});

test('one failed and never seen: the others may raise, not lower', () => {
  const target = new Scenario(specOf(two), 6);
  expect(target.pass({ a: 'error', b: 20 })).toMatchObject({
    desiredReplicas: 6,
    reason: 'FailedSignalHold',
    winner: 'b',
  });
  expect(target.pass({ a: 'error', b: 90 }).desiredReplicas).toBe(9);
});

test('one failed stands in with its highest of late, then with its last', () => {
  const target = new Scenario(specOf({ ...two, fallback: { failureSeconds: 60 } }), 6);
  target.run({ a: 50, b: 10 }, 15);
  target.run({ a: 30, b: 10 }, 15);
  expect(target.run({ a: 'stale', b: 10 }, 60)).toEqual([5, 5, 3, 3]);
  expect(target.run({ a: 'stale', b: 10 }, 3600).at(-1)).toBe(3);
});

test('one failed takes nothing to zero', () => {
  const target = new Scenario(specOf({ ...two, minReplicas: 0 }), 2);
  target.run({ a: 0, b: 10 }, 15);
  expect(target.run({ a: 'stale', b: 0 }, 600).at(-1)).toBe(1);
});

test('all failed: neither a stand-in nor time moves anything', () => {
  const target = new Scenario(specOf({ behavior: brief }), 2);
  target.run({ load: 60 }, 15);
  target.run({ load: 30 }, 15);
  expect(new Set(target.run({ load: 'error' }, 3600))).toEqual(new Set([3]));
  expect(target.pass({ load: 30 })).toMatchObject({ desiredReplicas: 3, limits: [] });
});

test('after failureSeconds the fallback raises, and never lowers', () => {
  const fallback = { failureSeconds: 60, replicas: 6 };
  const target = new Scenario(specOf({ fallback }), 4);
  expect(target.run({ load: 'error' }, 75)).toEqual([4, 4, 4, 4, 6]);
  target.replicas = 9;
  expect(target.pass({ load: 'error' }).desiredReplicas).toBe(9);
  const back = target.pass({ load: 90 });
  expect(back.limits).toEqual([]);
});

test('one good reading ends the time of failure', () => {
  const fallback = { failureSeconds: 60, replicas: 6 };
  const target = new Scenario(specOf({ fallback }), 4);
  target.run({ load: 'error' }, 45);
  target.pass({ load: 40 });
  expect(target.run({ load: 'error' }, 60)).toEqual([4, 4, 4, 4]);
});

const queue = { name: 'jobs', type: 'Queue' };
const rates = { depth: 'd', arrivals: 'a', ratePerReplica: '1', drainSeconds: 10 };

test('a queue whose arrivals failed still rises for its backlog, and does not fall', () => {
  const spec = specOf({ metrics: [{ ...queue, queue: rates }], behavior: brief });
  const ask = (depth: number) => {
    const jobs = { value: good(depth, start), arrivals: failedReading() };
    return decide(spec, { ...observe(start, 5, {}), readings: { jobs } }, noMemory).decision;
  };
  expect(ask(80).desiredReplicas).toBe(8);
  expect(ask(10)).toMatchObject({ desiredReplicas: 5, reason: 'FailedSignalHold' });
});

test('what is known for certain raises to itself alone, and what was asked for stands beside it', () => {
  const spec = specOf({ metrics: [{ ...queue, queue: rates }], behavior: brief });
  const signals = { jobs: { proposals: [{ atMs: start - 1000, replicas: 33 }] } };
  const memory = { ...noMemory, proposals: [{ atMs: start - 1000, replicas: 33 }], signals };
  const jobs = { value: good(80, start), arrivals: failedReading() };
  const { decision } = decide(spec, { ...observe(start, 5, {}), readings: { jobs } }, memory);
  expect(decision).toMatchObject({
    proposedReplicas: 33,
    desiredReplicas: 8,
    limits: [{ reason: 'FailedSignalHold', from: 33, to: 8 }],
  });
});

test('a queue whose completions failed goes on with the rate it knows', () => {
  const spec = specOf({ metrics: [{ ...queue, queue: { ...rates, completions: 'c' } }] });
  const arrivals = good(0, start);
  const jobs = { value: good(80, start), arrivals, completions: failedReading() };
  const observation = { ...observe(start, 5, {}), readings: { jobs } };
  expect(decide(spec, observation, noMemory).decision).toMatchObject({
    desiredReplicas: 8,
    limits: [],
  });
});

test('a queue whose rate nobody knows yet holds, and wakes one', () => {
  const unknown = { depth: 'd', completions: 'c' };
  const spec = specOf({ minReplicas: 0, metrics: [{ ...queue, queue: unknown }] });
  expect(decide(spec, observe(start, 5, { jobs: 80 }), noMemory).decision.desiredReplicas).toBe(5);
  expect(decide(spec, observe(start, 0, { jobs: 80 }), noMemory).decision.desiredReplicas).toBe(1);
});
