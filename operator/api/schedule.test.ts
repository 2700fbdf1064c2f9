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

test.each([
  { date: '2028-02-29T09:00:00', exists: true },
  { date: '2027-02-29T09:00:00', exists: false },
  { date: '2026-04-31T09:00:00', exists: false },
  { date: '2026-02-28T24:00:00', exists: false },
  { date: '2026-13-01T09:00:00', exists: false },
])('the date $date exists: $exists', ({ date, exists }) => {
  const schedules = [{ name: 'x', date, durationSeconds: 60, minReplicas: 8 }];
  const problems = [`spec.schedules[0].date: "${date}": must be a date that exists`];
  const parsed = parseProfile(sampleProfile('web', { schedules }));
  expect(parsed).toMatchObject(exists ? { ok: true } : { problems });
});

test('names and ranges that rise are fine', () => {
  const start = '0,30 9-17/2 1-7 JAN-JUN MON-FRI';
  const schedules = [{ name: 'x', start, durationSeconds: 60, minReplicas: 8 }];
  expect(parseProfile(sampleProfile('web', { schedules })).ok).toBe(true);
});
