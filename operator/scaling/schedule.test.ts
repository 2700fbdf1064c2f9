import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseProfile } from '../api/profile.ts';
import { sampleProfile } from '../api/sample-profile.ts';
import type { Schedule } from '../api/schedule.ts';
import { bySchedules } from './schedule.ts';
import { Scenario, specOf } from './testing/scenario.ts';

/** A floor of 8 on working days from 07:45 for nine hours. */
const lessons: Schedule = {
  name: 'lessons',
  timeZone: 'Asia/Kolkata',
  opens: '45 7 * * 1-5',
  durationSeconds: 32_400,
  rampSeconds: 0,
  minReplicas: 8,
};
const exam: Schedule = {
  ...lessons,
  name: 'exam',
  opens: '2026-12-01T09:00:00',
  durationSeconds: 7200,
  rampSeconds: 600,
  minReplicas: 32,
};
const night: Schedule = {
  name: 'night',
  timeZone: 'Asia/Kolkata',
  opens: '0 23 * * *',
  durationSeconds: 25_200,
  rampSeconds: 0,
  maxReplicas: 4,
};

/** Replicas for a proposal of 5 with minReplicas 2, at a local time in India unless an offset is given. */
function at(time: string, ...schedules: readonly Schedule[]): number {
  const instant = /[Z+]/.test(time) ? time : `${time}+05:30`;
  return bySchedules(5, schedules, 2, Date.parse(instant)).replicas;
}

test.each([
  { name: 'before it opens', time: '2026-11-20T07:44:59.999', want: 5 },
  { name: 'as it opens', time: '2026-11-20T07:45:00', want: 8 },
  { name: 'until just before its end', time: '2026-11-20T16:44:59.999', want: 8 },
  { name: 'at its end', time: '2026-11-20T16:45:00', want: 5 },
  { name: 'on a Saturday', time: '2026-11-21T10:00:00', want: 5 },
])('a floor by cron $name', ({ time, want }) => {
  expect(at(time, lessons)).toBe(want);
});

test.each([
  { name: 'before the ramp', time: '2026-12-01T08:50:00', want: 5 },
  { name: 'not yet over the proposal', time: '2026-12-01T08:50:40', want: 5 },
  { name: 'half way', time: '2026-12-01T08:55:00', want: 17 },
  { name: 'a second before', time: '2026-12-01T08:59:59', want: 32 },
  { name: 'as it opens', time: '2026-12-01T09:00:00', want: 32 },
  { name: 'after its end', time: '2026-12-01T11:00:00', want: 5 },
])('a floor with a ramp $name', ({ time, want }) => {
  expect(at(time, exam)).toBe(want);
});

test('a cap over midnight', () => {
  expect(at('2026-11-20T22:59:59', night)).toBe(5);
  expect(at('2026-11-21T05:59:59', night)).toBe(4);
  expect(at('2026-11-21T06:00:00', night)).toBe(5);
});

test('of open windows the highest floor and the lowest cap; the floor beats the cap', () => {
  const lower = { ...lessons, minReplicas: 6 };
  const cap = { ...night, opens: '0 0 * * *', durationSeconds: 86_400 };
  expect(at('2026-11-20T10:00:00', lower, lessons)).toBe(8);
  expect(at('2026-11-20T10:00:00', cap, { ...cap, maxReplicas: 3 })).toBe(3);
  expect(at('2026-11-20T10:00:00', cap, lessons)).toBe(8);
  expect(at('2026-11-20T20:00:00', cap, lessons)).toBe(4);
});

test('windows that overlap stay open until the last one ends', () => {
  const hourly = { ...lessons, opens: '0 * * * *', durationSeconds: 5400 };
  const until = (time: string) =>
    bySchedules(5, [hourly], 2, Date.parse(`${time}+05:30`)).limits[0]?.until;
  const end = (time: string) => new Date(`${time}+05:30`).toISOString();
  expect(until('2026-11-20T10:15:00')).toBe(end('2026-11-20T11:30:00'));
  expect(until('2026-11-20T10:59:59')).toBe(end('2026-11-20T11:30:00'));
  expect(until('2026-11-20T11:00:00')).toBe(end('2026-11-20T12:30:00'));
});

const berlin: Schedule = {
  ...lessons,
  timeZone: 'Europe/Berlin',
  opens: '30 2 * * *',
  durationSeconds: 1800,
};

test.each([
  { name: 'in winter', time: '2026-03-28T01:30:00Z', want: 8 },
  { name: 'that the clock jumps over opens after the jump', time: '2026-03-29T01:00:00Z', want: 8 },
  { name: 'in summer', time: '2026-03-30T00:30:00Z', want: 8 },
  { name: 'that comes twice opens the first time', time: '2026-10-25T00:30:00Z', want: 8 },
  { name: 'that comes twice stays shut the second time', time: '2026-10-25T01:30:00Z', want: 5 },
])('a time $name', ({ time, want }) => {
  expect(at(time, berlin)).toBe(want);
});

test('each limit says which schedule, from, to and until when', () => {
  const now = Date.parse('2026-11-20T10:00:00+05:30');
  expect(bySchedules(5, [lessons], 2, now).limits).toEqual([
    {
      reason: 'ScheduleFloor',
      from: 5,
      to: 8,
      message: 'lessons: 8 until 2026-11-20T11:15:00.000Z',
      until: '2026-11-20T11:15:00.000Z',
    },
  ]);
});

test('a floor raises at the pace of the policies and, gone, is left after the down window', () => {
  const schedules = [{ name: 'noon', start: '0 10 * * *', durationSeconds: 60, minReplicas: 12 }];
  const target = new Scenario(specOf({ schedules }), 2);
  const replicas = target.run({ load: 20 }, 420);
  expect(replicas.slice(0, 5)).toEqual([6, 12, 12, 12, 12]);
  expect(replicas.indexOf(2)).toBe((45 + 300) / 15);
});

test('a floor never passes maxReplicas', () => {
  const schedules = [{ name: 'noon', start: '0 10 * * *', durationSeconds: 60, minReplicas: 18 }];
  const target = new Scenario(specOf({ schedules, maxReplicas: 10 }), 10);
  expect(target.pass({ load: 20 })).toMatchObject({
    desiredReplicas: 10,
    limits: [{ reason: 'ScheduleFloor' }, { reason: 'TooManyReplicas' }],
  });
});

/** One cron field of numbers up to `most`. */
function cronField(least: number, most: number): fc.Arbitrary<string> {
  const number = fc.integer({ min: least, max: most });
  const step = fc.integer({ min: 0, max: 70 });
  const range = fc.tuple(number, number).map(([from, to]) => `${from}-${to}`);
  return fc.oneof(
    fc.constant('*'),
    number.map(String),
    range,
    fc.tuple(range, step).map(([part, by]) => `${part}/${by}`),
    step.map((by) => `*/${by}`),
    fc.tuple(number, range).map(([one, other]) => `${one},${other}`),
  );
}
const expression = fc
  .tuple(cronField(0, 59), cronField(0, 23), cronField(1, 28), cronField(1, 12), cronField(0, 7))
  .map((fields) => fields.join(' '));

test('every expression that a profile may hold can be used', () => {
  const now = Date.parse('2026-11-20T10:00:00Z');
  let accepted = 0;
  fc.assert(
    fc.property(expression, (start) => {
      const schedules = [{ name: 'random', start, durationSeconds: 3600, minReplicas: 8 }];
      const parsed = parseProfile(sampleProfile('web', { schedules }));
      if (!parsed.ok) return;
      accepted += 1;
      expect([5, 8]).toContain(bySchedules(5, parsed.profile.spec.schedules, 2, now).replicas);
    }),
    { numRuns: 300, seed: 1 },
  );
  expect(accepted).toBeGreaterThan(20);
});
