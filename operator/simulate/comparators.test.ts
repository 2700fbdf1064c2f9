import { expect, test } from 'vitest';
import type { Schedule } from '../api/schedule.ts';
import { comparatorNamed } from './comparators.ts';
import { runFleet } from './fluid.ts';
import { generate } from './generate.ts';
import { type RequestOutcome, RequestTally } from './outcome.ts';
import { type Trace, traceOf } from './trace.ts';

const model = { capacityPerReplica: 50, startupSeconds: 45, minReplicas: 2, maxReplicas: 400 };

function outcomeOf(
  name: string,
  trace: Trace | undefined,
  schedules: readonly Schedule[] = [],
): RequestOutcome {
  const arena = trace && { trace, model, queue: undefined, schedules };
  const policy = arena && comparatorNamed(name)?.(arena);
  if (!policy) throw new Error(`no comparator ${name}`);
  const tally = new RequestTally(trace, model);
  runFleet(trace, model, policy, tally);
  return tally.outcome();
}

/** Computed once for the same loads by an independent program: a study of these policies in C. */
const reference = [
  ['lms:7:9', 'hpa', 0.8188, 2.1991, 1236.2, 103.22, 15.33, 71767],
  ['lms:7:9', 'hpa-fast', 0.6285, 1.5416, 1251, 143.22, 15.78, 49857],
  ['lms:7:9', 'kpa', 0.5186, 1.0918, 1164.8, 518.78, 263.11, 35512],
  ['lms:7:9', 'clairvoyant', 0.0001, 0, 1267, 94.67, 14.89, 3],
  ['flash:7:3', 'hpa', 0.5397, 1.9998, 330.9, 100.67, 7.67, 96320],
  ['flash:7:3', 'hpa-fast', 0.4113, 1.4938, 333.5, 114, 7.67, 73501],
  ['flash:7:3', 'kpa', 0.316, 1.0661, 312.9, 289, 143, 49723],
  ['flash:7:3', 'clairvoyant', 0.0297, 0.06, 337.9, 100, 7.67, 22200],
] as const;

const traces = new Map(['lms:7:9', 'flash:7:3'].map((text) => [text, generate(text)]));

test.each(reference)('on %s %s does as the reference', (trace, name, ...want) => {
  const outcome = outcomeOf(name, traces.get(trace));
  const got = [
    outcome.overloadedSecondsPercent.toFixed(4),
    outcome.excessRequestsPercent.toFixed(4),
    outcome.podHours.toFixed(1),
    outcome.scaleEventsPerDay.toFixed(2),
    outcome.directionFlipsPerDay.toFixed(2),
    outcome.worst5MinExcessRequests.toFixed(0),
  ];
  expect(got.map(Number)).toEqual(want);
});

const steady = traceOf('steady', 0, new Float64Array(3600).fill(350));

test.each([
  { name: 'hpa', want: 10 },
  { name: 'keda', want: 10 },
  { name: 'kpa', want: 10 },
  { name: 'fixed:7', want: 7 },
])('$name holds $want pods under a steady load', ({ name, want }) => {
  expect(Math.abs(outcomeOf(name, steady).podHours - want)).toBeLessThan(0.3);
});

test('a fixed count never moves and is there from the start', () => {
  expect(outcomeOf('fixed:7', steady)).toMatchObject({
    scaleEventsPerDay: 0,
    overloadedSecondsPercent: 0,
  });
});

test('KEDA’s poll makes it no quicker than the HPA', () => {
  const crowd = generate('flash:7:3');
  expect(outcomeOf('keda', crowd).excessRequestsPercent).toBeGreaterThan(
    outcomeOf('hpa', crowd).excessRequestsPercent,
  );
});

test.each(['vpa', 'fixed', 'fixed:x', 'toString'])('%s is no comparator', (name) => {
  expect(comparatorNamed(name)).toBeUndefined();
});

/** From the 10th minute of the first hour, for ten minutes. */
const lesson: Schedule = {
  name: 'lesson',
  timeZone: 'UTC',
  opens: '10 0 * * *',
  durationSeconds: 600,
  rampSeconds: 300,
  minReplicas: 20,
  maxReplicas: 30,
};

test('KEDA takes schedules as cron triggers: the floor within the window, held 300 s after it', () => {
  const idle = traceOf('idle', 0, new Float64Array(3600));
  const orders: string[] = [];
  const arena = { trace: idle, model, queue: undefined, schedules: [lesson] };
  const policy = comparatorNamed('keda')?.(arena);
  if (!policy) throw new Error('no comparator');
  const onOrder = (second: number, from: number, to: number) =>
    orders.push(`${second}: ${from} to ${to}`);
  runFleet(idle, model, policy, { onSecond: () => {}, onOrder });
  expect(orders).toEqual(['600: 2 to 6', '615: 6 to 12', '630: 12 to 20', '1485: 20 to 2']);
});

test('the others know no schedules', () => {
  expect(outcomeOf('hpa', steady, [lesson])).toEqual(outcomeOf('hpa', steady));
});
