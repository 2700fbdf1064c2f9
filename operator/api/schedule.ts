/** Floors and caps by the clock (windows that open by a cron expression or at a date) and floors from a metric. */
import { z } from 'zod';
import { isDate } from './date.ts';
import { type Rule, ruled } from './rule.ts';

/** A list of `*`, values and ranges, each but a lone value with an optional step. */
function cronField({ value, step }: { readonly value: string; readonly step: string }): string {
  const by = `(/(${step}))?`;
  const part = `(\\*${by}|(${value})(-(${value})${by})?)`;
  return `${part}(,${part})*`;
}

/** Five fields, as in a CronJob; names of months and days in capitals. */
const cron = [
  { value: '[0-5]?[0-9]', step: '[1-9]|[1-5][0-9]' },
  { value: '1?[0-9]|2[0-3]', step: '[1-9]|1[0-9]|2[0-3]' },
  { value: '0?[1-9]|[12][0-9]|3[01]', step: '[1-9]|[12][0-9]|3[01]' },
  {
    value: '0?[1-9]|1[0-2]|JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC',
    step: '[1-9]|1[0-2]',
  },
  { value: '[0-7]|SUN|MON|TUE|WED|THU|FRI|SAT', step: '[1-7]' },
];
const cronPattern = `^${cron.map(cronField).join(' +')}$`;
const cronMessage = 'must be five cron fields: minute, hour, day, month, weekday';
const datePattern = '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}$';
const dateMessage = 'must be a local time such as 2026-12-01T09:00:00';

/** A text of a form, refused in words instead of by its pattern. */
function formed(pattern: string, maxLength: number, message: string) {
  const form = new RegExp(pattern);
  const rule = `self.matches('${pattern.replaceAll('\\', '\\\\')}')`;
  return z
    .string()
    .max(maxLength)
    .refine((text) => form.test(text), { error: message, abort: true })
    .meta({ 'x-kubernetes-validations': [{ rule, message }] });
}

const timeZone = z
  .string()
  .min(1)
  .max(64)
  .refine(isTimeZone, { error: 'must be an IANA time zone such as Asia/Kolkata' })
  .default('UTC')
  .meta({
    description: 'IANA name; what start and date are told in.',
    'x-kubernetes-validations': [
      {
        rule: "timestamp('2000-01-01T00:00:00Z').getHours(self) >= 0",
        message: 'must be an IANA time zone such as Asia/Kolkata',
      },
    ],
  });

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).format(0) !== '';
  } catch {
    return false;
  }
}

const fields = z.strictObject({
  name: z.string().min(1).max(63).meta({ description: 'Named where it limits.' }),
  timeZone,
  start: formed(cronPattern, 128, cronMessage)
    .refine(rangesRise, { error: 'a range must not end before it begins' })
    .meta({ description: 'Cron expression: when windows open.' })
    .optional(),
  date: formed(datePattern, 19, dateMessage)
    .refine(isDate, { error: 'must be a date that exists' })
    .meta({ description: 'When the only window opens.' })
    .optional(),
  durationSeconds: z.int().min(1).max(604_800).optional(),
  rampSeconds: z
    .int()
    .min(1)
    .max(86_400)
    .optional()
    .meta({ description: 'Before a window opens its floor rises over this time.' }),
  minReplicas: z.int().min(0).max(2_147_483_647).optional(),
  maxReplicas: z.int().min(1).max(2_147_483_647).optional(),
  query: z.string().min(1).max(4096).optional().meta({
    description:
      'PromQL with one number as its result: the floor, rounded up. In place of windows.',
  }),
});

const names = [
  ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'],
  'JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC'.split(' '),
];

/** Places in the week, in the year, or numbers. */
function rangesRise(expression: string): boolean {
  const place = (text = '') => {
    const named = names.map((list) => list.indexOf(text)).find((index) => index >= 0);
    return named ?? Number(text);
  };
  const ranges = [...expression.matchAll(/(\w+)-(\w+)/g)];
  return ranges.every(([, from, to]) => place(from) <= place(to));
}

type Fields = z.output<typeof fields>;

function withoutQuery(field: Exclude<keyof Fields, 'name' | 'timeZone' | 'query'>): Rule<Fields> {
  return {
    cel: `!has(self.query) || !has(self.${field})`,
    holds: (schedule) => schedule.query === undefined || schedule[field] === undefined,
    field,
    message: `${field} goes with windows, not with a query`,
  };
}

const rules: readonly Rule<Fields>[] = [
  withoutQuery('start'),
  withoutQuery('date'),
  withoutQuery('durationSeconds'),
  withoutQuery('rampSeconds'),
  withoutQuery('minReplicas'),
  withoutQuery('maxReplicas'),
  {
    cel: 'has(self.query) || has(self.start) != has(self.date)',
    holds: ({ query, start, date }) =>
      query !== undefined || (start === undefined) !== (date === undefined),
    field: 'start',
    message: 'either start or date must be given, and not both',
  },
  {
    cel: 'has(self.query) || has(self.durationSeconds)',
    holds: ({ query, durationSeconds }) => query !== undefined || durationSeconds !== undefined,
    field: 'durationSeconds',
    message: 'must be given: how long a window stays open',
  },
  {
    cel: 'has(self.query) || has(self.minReplicas) || has(self.maxReplicas)',
    holds: ({ query, minReplicas, maxReplicas }) =>
      query !== undefined || minReplicas !== undefined || maxReplicas !== undefined,
    field: 'minReplicas',
    message: 'minReplicas or maxReplicas must be given',
  },
  {
    cel: '!has(self.minReplicas) || !has(self.maxReplicas) || self.maxReplicas >= self.minReplicas',
    holds: ({ minReplicas = 0, maxReplicas = Infinity }) => maxReplicas >= minReplicas,
    field: 'maxReplicas',
    message: 'maxReplicas must be at least minReplicas',
    value: ({ minReplicas, maxReplicas }) => `${maxReplicas} with minReplicas ${minReplicas}`,
  },
  {
    cel: 'has(self.query) || !has(self.rampSeconds) || has(self.minReplicas)',
    holds: ({ query, rampSeconds, minReplicas }) =>
      query !== undefined || rampSeconds === undefined || minReplicas !== undefined,
    field: 'rampSeconds',
    message: 'only a floor has a ramp: minReplicas must be given',
  },
];

export type Schedule = ClockSchedule | QuerySchedule;

/** A floor that a metric gives. */
export interface QuerySchedule {
  readonly name: string;
  readonly query: string;
}

export interface ClockSchedule {
  readonly name: string;
  readonly timeZone: string;
  /** When windows open: a cron expression, or one local date. */
  readonly opens: string;
  readonly durationSeconds: number;
  readonly rampSeconds: number;
  readonly minReplicas?: number;
  readonly maxReplicas?: number;
}

function toSchedule(written: Fields): Schedule {
  const { name, timeZone, start, date, durationSeconds, rampSeconds = 0 } = written;
  const { minReplicas, maxReplicas, query } = written;
  if (query !== undefined) return { name, query };
  const opens = start ?? date;
  if (opens === undefined || durationSeconds === undefined) {
    throw new Error(`schedule ${name} passed its rules incomplete`);
  }
  return {
    name,
    timeZone,
    opens,
    durationSeconds,
    rampSeconds,
    ...(minReplicas !== undefined && { minReplicas }),
    ...(maxReplicas !== undefined && { maxReplicas }),
  };
}

export const schedule = ruled(fields, rules)
  .transform(toSchedule)
  .meta({ description: 'A floor or a cap while its windows are open, or a floor from a metric.' });

export function isByQuery(schedule: Schedule): schedule is QuerySchedule {
  return 'query' in schedule;
}

export function isByClock(schedule: Schedule): schedule is ClockSchedule {
  return !isByQuery(schedule);
}
