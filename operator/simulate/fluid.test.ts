import { expect, test } from 'vitest';
import { type Fleet, type Policy, runFleet } from './fluid.ts';
import { RequestTally } from './outcome.ts';
import { startUps } from './startup.ts';
import { traceOf } from './trace.ts';

const model = { capacityPerReplica: 10, startupSeconds: 3, minReplicas: 1, maxReplicas: 9 };

/** Orders these replicas at these seconds, and keeps them in between. */
const ordering = (orders: Readonly<Record<number, number>>): Policy => ({
  syncPeriodSeconds: 1,
  decide: (second, { replicas }) => orders[second] ?? replicas,
});

function runSeconds(orders: Readonly<Record<number, number>>, seconds = 10, change = {}) {
  const seen: Fleet[] = [];
  const trace = traceOf('t', 0, new Float64Array(seconds).fill(20));
  const witness = { onSecond: (_: number, fleet: Fleet) => seen.push(fleet), onOrder: () => {} };
  runFleet(trace, { ...model, ...change }, ordering(orders), witness);
  return seen.map(({ replicas, readyReplicas }) => [replicas, readyReplicas].join('/')).join(' ');
}

test.each([
  {
    name: 'a pod serves once it has started',
    orders: { 2: 3 },
    want: '1/1 1/1 3/1 3/1 3/1 3/3 3/3',
  },
  { name: 'starting pods go first', orders: { 1: 4, 3: 2 }, want: '1/1 4/1 4/1 2/1 2/2 2/2 2/2' },
  { name: 'the newest of them', orders: { 0: 2, 1: 3, 2: 2 }, want: '2/1 3/1 2/1 2/2 2/2 2/2 2/2' },
  { name: 'then ready ones', orders: { 0: 4, 3: 5, 4: 2 }, want: '4/1 4/1 4/1 5/4 2/2 2/2 2/2' },
  { name: 'bounds hold', orders: { 0: 99, 4: -5 }, want: '9/1 9/1 9/1 9/9 1/1 1/1 1/1' },
])('$name', ({ orders, want }) => {
  expect(runSeconds(orders, 7)).toBe(want);
});

test('of pods that start at different speed each serves when it is ready, and the newest goes first', () => {
  const spread = { startupSeconds: 2, startupSpread: 0.8 };
  const next = startUps(spread);
  const readyAts = [next(), next(), next()].map((startup) => 1 + startup);
  expect(new Set(readyAts).size).toBeGreaterThan(1);
  const readyBy = (second: number, ordered: number) =>
    1 + readyAts.slice(0, ordered).filter((readyAt) => readyAt <= second).length;
  const at = [0, 1, 2, 3, 4, 5, 6, 7];
  const all = at.map((second) => (second < 1 ? '1/1' : `4/${readyBy(second, 3)}`));
  expect(runSeconds({ 1: 4 }, 8, spread)).toBe(all.join(' '));
});

test('without start-up a pod serves at once', () => {
  expect(runSeconds({ 1: 3 }, 3, { startupSeconds: 0 })).toBe('1/1 3/3 3/3');
});

test('a policy is asked every sync period only', () => {
  const asked: number[] = [];
  const policy = { syncPeriodSeconds: 4, decide: (second: number) => asked.push(second) };
  const trace = traceOf('t', 0, new Float64Array(10));
  runFleet(trace, model, policy, { onSecond: () => {}, onOrder: () => {} });
  expect(asked).toEqual([0, 4, 8]);
});

test('an outcome counts overload, pods and changes', () => {
  const loads = new Float64Array(600).fill(10);
  loads.fill(35, 100, 110);
  const trace = traceOf('t', 0, loads);
  const tally = new RequestTally(trace, model);
  runFleet(trace, model, ordering({ 103: 3, 200: 1, 300: 2, 301: 3 }), tally);
  // 6 s with one pod ready lack 25, 4 s with three lack 5
  const requests = 590 * 10 + 10 * 35;
  expect(tally.outcome()).toEqual({
    overloadedSecondsPercent: (100 * 10) / 600,
    excessRequestsPercent: (100 * (6 * 25 + 4 * 5)) / requests,
    podHours: (103 + 97 * 3 + 100 + 2 + 299 * 3) / 3600,
    scaleEventsPerDay: 4 * 144,
    directionFlipsPerDay: 2 * 144,
    worst5MinExcessRequests: 170,
  });
});

test('a trace without load has an outcome too', () => {
  const trace = traceOf('t', 0, new Float64Array(60));
  const tally = new RequestTally(trace, model);
  runFleet(trace, model, ordering({}), tally);
  expect(tally.outcome()).toMatchObject({ excessRequestsPercent: 0, overloadedSecondsPercent: 0 });
});
