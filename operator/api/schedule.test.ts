import { expect, test } from 'vitest';
import { parseProfile } from './profile.ts';
import { sampleProfile } from './sample-profile.ts';

/** Rules that the API server cannot hold. */
test.each([
  { start: '0 9 * * FRI-MON', said: 'a range must not end before it begins' },
  { start: '0 17-9 * * *', said: 'a range must not end before it begins' },
  { start: '0 9 * OCT-MAR *', said: 'a range must not end before it begins' },
])('$start: $said', ({ start, said }) => {
  const schedules = [{ name: 'x', start, durationSeconds: 60, minReplicas: 8 }];
  const parsed = parseProfile(sampleProfile('web', { schedules }));
  expect(parsed).toMatchObject({
    problems: [`spec.schedules[0].start: ${JSON.stringify(start)}: ${said}`],
  });
});

test('a date must exist', () => {
  const schedules = [
    { name: 'x', date: '2026-02-30T25:00:00', durationSeconds: 60, minReplicas: 8 },
  ];
  const parsed = parseProfile(sampleProfile('web', { schedules }));
  expect(parsed).toMatchObject({
    problems: ['spec.schedules[0].date: "2026-02-30T25:00:00": must be a date that exists'],
  });
});

test('names and ranges that rise are fine', () => {
  const start = '0,30 9-17/2 1-7 JAN-JUN MON-FRI';
  const schedules = [{ name: 'x', start, durationSeconds: 60, minReplicas: 8 }];
  expect(parseProfile(sampleProfile('web', { schedules })).ok).toBe(true);
});
