import { expect, test } from 'vitest';
import { Backlog } from './backlog.ts';
import { type Fleet, runFleet } from './fluid.ts';
import { QueueTally } from './outcome.ts';
import { traceOf } from './trace.ts';

const one: Fleet = { replicas: 1, readyReplicas: 1 };
const none: Fleet = { replicas: 1, readyReplicas: 0 };

/** One worker of 4 jobs a second, that starts after two seconds. */
function filled(): Backlog {
  const backlog = new Backlog(6, 4);
  [10, 2, 0, 0, 0, 1].forEach((arrivals, second) => {
    backlog.onSecond(second, second < 2 ? none : one, arrivals);
  });
  return backlog;
}

test('what is not worked off waits', () => {
  expect([...filled().depths]).toEqual([10, 12, 8, 4, 0, 0]);
});

test.each([
  { second: 0, lagSeconds: 0, want: 0 },
  { second: 2, lagSeconds: 0, want: 12 },
  { second: 4, lagSeconds: 2, want: 12 },
])('at $second a scrape $lagSeconds s ago saw $want', ({ second, lagSeconds, want }) => {
  expect(filled().depthAt(second, lagSeconds)).toBe(want);
});

test('completions are a rate over a window', () => {
  // 4 jobs in each of the seconds 2, 3 and 4, then 1
  expect(filled().completionsAt(6, 4, 0)).toBe(13 / 4);
  expect(filled().completionsAt(6, 2, 1)).toBe(4);
});

test('an outcome tells lateness and waits', () => {
  const model = { capacityPerReplica: 4, startupSeconds: 2, minReplicas: 0, maxReplicas: 1 };
  const trace = traceOf('t', 0, Float64Array.from([10, 2, 0, 0, 0, 1]));
  const backlog = new Backlog(6, 4);
  const tally = new QueueTally(trace, model, backlog, 1);
  const policy = { syncPeriodSeconds: 1, startReplicas: 0, decide: () => 1 };
  runFleet(trace, model, policy, {
    onSecond: (second, fleet, load) => {
      backlog.onSecond(second, fleet, load);
      tally.onSecond(second, fleet);
    },
    onOrder: (second, from, to) => tally.onOrder(second, from, to),
  });
  // late while more than 4 jobs wait, or any without a worker: the first three seconds
  expect(tally.outcome()).toEqual({
    lateSecondsPercent: 50,
    meanWaitSeconds: (10 + 12 + 8 + 4) / 13,
    podHours: 6 / 3600,
    scaleEventsPerDay: 86_400 / 6,
    directionFlipsPerDay: 0,
    deepestBacklog: 12,
  });
});
