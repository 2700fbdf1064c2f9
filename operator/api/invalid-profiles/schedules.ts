/** Refused of schedules. */
import type { InvalidSpec } from '../invalid-spec.ts';

const schedules = (...schedules: readonly object[]) => ({ schedules });
const lessons = { name: 'lessons', start: '45 7 * * 1-5', durationSeconds: 60, minReplicas: 8 };

export const invalidSchedules: readonly InvalidSpec[] = [
  {
    name: 'a floor by a query with a window',
    spec: schedules({ ...lessons, query: 'max(expected) / 120' }),
    field: 'spec.schedules[0].start',
    rule: /start goes with windows, not with a query/,
  },
  {
    name: 'a floor by a query with a cap',
    spec: schedules({ name: 'expected', query: 'max(expected) / 120', maxReplicas: 3 }),
    field: 'spec.schedules[0].maxReplicas',
    rule: /maxReplicas goes with windows, not with a query/,
  },
  {
    name: 'two schedules of one name',
    spec: schedules(lessons, lessons),
    field: 'spec.schedules[1]',
    rule: /Duplicate value/,
  },
  {
    name: 'a schedule that never opens',
    spec: schedules({ name: 'never', durationSeconds: 60, minReplicas: 8 }),
    field: 'spec.schedules[0].start',
    rule: /either start or date must be given/,
  },
  {
    name: 'a schedule without an end',
    spec: schedules({ name: 'endless', start: '45 7 * * 1-5', minReplicas: 8 }),
    field: 'spec.schedules[0].durationSeconds',
    rule: /must be given/,
  },
  {
    name: 'a schedule of nothing',
    spec: schedules({ ...lessons, minReplicas: undefined }),
    field: 'spec.schedules[0].minReplicas',
    rule: /minReplicas or maxReplicas must be given/,
  },
  {
    name: 'a cap below its floor',
    spec: schedules({ ...lessons, maxReplicas: 3 }),
    field: 'spec.schedules[0].maxReplicas',
    rule: /maxReplicas must be at least minReplicas/,
  },
  {
    name: 'a ramp to a cap',
    spec: schedules({ ...lessons, minReplicas: undefined, maxReplicas: 3, rampSeconds: 60 }),
    field: 'spec.schedules[0].rampSeconds',
    rule: /only a floor has a ramp/,
  },
  {
    name: 'an hour that no clock shows',
    spec: schedules({ ...lessons, start: '45 24 * * 1-5' }),
    field: 'spec.schedules[0].start',
    rule: /must be five cron fields/,
  },
  {
    name: 'a date that is none',
    spec: schedules({ ...lessons, start: undefined, date: '1 December' }),
    field: 'spec.schedules[0].date',
    rule: /must be a local time/,
  },
  {
    name: 'a time zone that no map shows',
    spec: schedules({ ...lessons, timeZone: 'Mars/Olympus' }),
    field: 'spec.schedules[0].timeZone',
    rule: /must be an IANA time zone/,
  },
];
