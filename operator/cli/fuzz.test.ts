/** What people get wrong, at random: each is refused with a word on where, nothing crashes, and nothing is taken for something else. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fieldOf } from '../api/fault.ts';
import { parseProfile } from '../api/profile.ts';
import { sampleProfile } from '../api/sample-profile.ts';
import { conversionOf, convert } from '../convert/convert.ts';
import { checkQuery } from '../prometheus/check.ts';
import { parseQuery } from '../prometheus/query.ts';
import { parseTrace } from '../simulate/read-trace.ts';
import { UsageError } from '../simulate/usage-error.ts';
import { at } from '../validate/look.ts';
import { validate } from '../validate/validate.ts';

type Path = readonly (string | number)[];

const runs = { numRuns: 200 };
const now = Date.parse('2026-11-21T10:00:00Z');

const { metrics } = sampleProfile('web').spec;
const profile = sampleProfile('web', {
  mode: 'Active',
  syncPeriodSeconds: 5,
  leadTimeSeconds: 20,
  metrics: [
    ...metrics,
    {
      name: 'cpu',
      type: 'ContainerResource',
      resource: { name: 'cpu', container: 'api' },
      target: { type: 'Utilization', averageUtilization: 70 },
    },
  ],
  behavior: {
    scaleUp: { stabilizationWindowSeconds: 5, tolerance: '0.2' },
    scaleDown: { selectPolicy: 'Min', policies: [{ type: 'Pods', value: 2, periodSeconds: 60 }] },
  },
  strategy: { type: 'Adaptive', costRatio: '1.1', holdSeconds: 60 },
  burst: { windowSeconds: 10, thresholdPercent: 200 },
  guard: [
    { name: 'latency', query: 'max(x)', objective: '0.1', windowSeconds: 60, unless: 'y > 0' },
  ],
  schedules: [
    { name: 'day', timeZone: 'UTC', start: '0 8 * * *', durationSeconds: 60, minReplicas: 3 },
    { name: 'expected', query: 'max(expected) / 120' },
  ],
  fallback: { staleAfterSeconds: 30, failureSeconds: 90, replicas: 4 },
});

const hpa = {
  apiVersion: 'autoscaling/v2',
  kind: 'HorizontalPodAutoscaler',
  metadata: { name: 'web' },
  spec: {
    scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' },
    minReplicas: 2,
    maxReplicas: 10,
    metrics: [
      {
        type: 'Resource',
        resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 70 } },
      },
    ],
    behavior: {
      scaleDown: {
        stabilizationWindowSeconds: 60,
        policies: [{ type: 'Pods', value: 1, periodSeconds: 60 }],
      },
    },
  },
};
const scaledObject = {
  apiVersion: 'keda.sh/v1alpha1',
  kind: 'ScaledObject',
  metadata: { name: 'web' },
  spec: {
    scaleTargetRef: { name: 'web' },
    pollingInterval: 10,
    cooldownPeriod: 60,
    maxReplicaCount: 20,
    fallback: { failureThreshold: 3, replicas: 6 },
    triggers: [
      {
        type: 'prometheus',
        metadata: { serverAddress: 'http://p', query: 'sum(x)', threshold: '100' },
      },
      {
        type: 'cron',
        metadata: {
          timezone: 'UTC',
          start: '0 8 1 1,7 *',
          end: '0 9 1 1,7 *',
          desiredReplicas: '4',
        },
      },
    ],
  },
};

/** Every value below one, with all that it holds. */
function places(value: unknown, path: Path = []): readonly Path[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, child]) => {
    const place = [...path, Array.isArray(value) ? Number(name) : name];
    return [place, ...places(child, place)];
  });
}

/** The object with another value in one place. */
function put(object: unknown, [step, ...rest]: Path, value: unknown): unknown {
  if (step === undefined) return value;
  const changed = put(at(object, step), rest, value);
  if (Array.isArray(object)) return object.map((item, index) => (index === step ? changed : item));
  return { ...Object(object), [step]: changed };
}

const junk = fc.oneof(
  fc.constantFrom<unknown>(
    undefined,
    null,
    '',
    ' ',
    true,
    [],
    {},
    'NaN',
    '1e999',
    '-1',
    0,
    -1,
    0.5,
    1e12,
    '💥',
  ),
  fc.string(),
  fc.integer(),
  // JSON has no -0.
  fc.double().filter((number) => !Object.is(number, -0)),
);

/** One place of the object's spec, and what stands there instead. */
function spoiled(object: { readonly spec: unknown }) {
  const all = places(object.spec).map((path) => ['spec', ...path]);
  return fc
    .record({ path: fc.constantFrom(...all), value: junk })
    .map(({ path, value }) => ({ path, value, object: put(object, path, value) }));
}

/** True where one path leads to the other, or both to one object: a rule may blame the neighbour. */
function areClose(one: Path, other: Path): boolean {
  const [short, long] = one.length < other.length ? [one, other] : [other, one];
  return short.slice(0, -1).every((step, index) => step === long[index]);
}

test('a bad profile is refused with the field; a good one keeps every value', () => {
  fc.assert(
    fc.property(spoiled(profile), ({ path, value, object }) => {
      const parsed = parseProfile(object);
      const { findings } = validate(JSON.stringify(object, undefined, 2), now);
      const errors = findings.filter(({ isWarning }) => !isWarning);
      if (!parsed.ok) {
        expect(parsed.faults.some((fault) => areClose(fault.path, path))).toBe(true);
        expect(errors.length).toBeGreaterThan(0);
        expect(errors.every(({ line, column }) => line > 1 && column > 0)).toBe(true);
        expect(errors.map(({ field }) => field)).toEqual(
          expect.arrayContaining(parsed.faults.map(({ path }) => fieldOf(path))),
        );
        return;
      }
      const kept = at(parsed.profile, ...path);
      const isQuantity = typeof kept === 'number' && typeof value === 'string';
      if (value === undefined || kept === undefined) return;
      if (isQuantity) expect(kept).toBeGreaterThanOrEqual(0);
      else expect({ kept }).toMatchObject({ kept: value });
    }),
    runs,
  );
});

test('a misspelt field is named with what may have been meant', () => {
  const fields = places(profile.spec).filter((path) => typeof path.at(-1) === 'string');
  const misspelt = fc.record({
    path: fc.constantFrom(...fields),
    at: fc.nat(),
    letter: fc.constantFrom('x', 'q', 'Z'),
  });
  fc.assert(
    fc.property(misspelt, ({ path, at: place, letter }) => {
      const name = String(path.at(-1));
      const cut = place % (name.length + 1);
      const wrong = ['spec', ...path.slice(0, -1), name.slice(0, cut) + letter + name.slice(cut)];
      const text = JSON.stringify(put(profile, wrong, 1));
      expect(validate(text, now).findings).toContainEqual(
        expect.objectContaining({
          field: fieldOf(wrong),
          message: `unknown field: did you mean ${name}?`,
        }),
      );
    }),
    { numRuns: 50 },
  );
});

const queries = [
  'sum(rate(http_requests_total{namespace="lms",code=~"5.."}[$window]))',
  'histogram_quantile(0.95, sum by (le) (rate(x_bucket[5m])))',
  'max(a) / on() max(b offset 5m) > bool 0.5 or vector(0)',
  'max_over_time(sum(jobs)[1h:1m])',
];
/** A query with some of its characters taken out, put in or doubled. */
const brokenQuery = fc
  .record({
    query: fc.constantFrom(...queries),
    edits: fc.array(
      fc.record({
        place: fc.nat(200),
        length: fc.nat(5),
        put: fc.constantFrom(
          '',
          '(',
          ')',
          '[',
          ']',
          '{',
          '"',
          ',',
          '$',
          '$x',
          ' by ',
          '5m',
          'é',
          '#',
          '\n',
          '+',
        ),
      }),
      { minLength: 1, maxLength: 4 },
    ),
  })
  .map(({ query, edits }) =>
    edits.reduce((text, { place, length, put }) => {
      const from = place % (text.length + 1);
      return text.slice(0, from) + put + text.slice(from + length);
    }, query),
  );

test('a bad query is refused with the character, and never by the operator alone', () => {
  fc.assert(
    fc.property(brokenQuery, (query) => {
      const faults = checkQuery(query);
      for (const { at, message } of faults) {
        expect(at).toBeGreaterThanOrEqual(0);
        expect(at).toBeLessThanOrEqual(query.length);
        expect(message).not.toBe('');
      }
      const isRefused = typeof parseQuery(query, 60) === 'string';
      if (isRefused) expect(faults.some(({ isWarning }) => !isWarning)).toBe(true);
    }),
    runs,
  );
});

const rows = Array.from({ length: 8 }, (_, index) => `${1_767_571_200 + index * 60},${index * 10}`);
const brokenTrace = fc
  .record({
    line: fc.nat(rows.length - 1),
    put: fc.oneof(
      fc.constantFrom(
        '',
        ',',
        'x,1',
        '1,x',
        '1,-5',
        '1,NaN',
        '1,1e999',
        '1,2,3',
        '"',
        '\0',
        'time,value',
        '1e400,1',
      ),
      fc.string(),
    ),
  })
  .map(({ line, put }) => ({
    line,
    text: rows.map((row, index) => (index === line ? put : row)).join('\n'),
  }));

test('a bad trace is refused with its name and, where there is one, the line', () => {
  fc.assert(
    fc.property(brokenTrace, ({ line, text }) => {
      try {
        const { loads } = parseTrace('load.csv', text);
        expect(loads.every((load) => Number.isFinite(load) && load >= 0)).toBe(true);
      } catch (error) {
        expect(error).toBeInstanceOf(UsageError);
        expect(String(error)).toMatch(/UsageError|Error: load\.csv(, line \d+)?: ./);
        const [, named] = /line (\d+)/.exec(String(error)) ?? [];
        // A time that is wrong may only be seen in the row after it; a first row without a comma turns all rows into values.
        if (named !== undefined) expect(Number(named)).toBeLessThanOrEqual(line + 3);
      }
    }),
    runs,
  );
});

test.each([
  { kind: 'HPA', object: hpa },
  { kind: 'ScaledObject', object: scaledObject },
])('a bad $kind is refused with the field, or gives a valid profile', ({ object: good }) => {
  fc.assert(
    fc.property(spoiled(good), ({ path, object }) => {
      const conversion = conversionOf(object);
      if (!conversion) throw new Error('the kind was not spoiled');
      const converted = convert(object, conversion, { observe: false, queries: {} });
      if (converted.ok) {
        expect(
          validate(converted.text, now).findings.filter(({ isWarning }) => !isWarning),
        ).toEqual([]);
        return;
      }
      const named = converted.faults.some(
        (fault) =>
          areClose(fault.path, path) ||
          fault.message.startsWith('the profile would not be valid: spec.'),
      );
      expect(named).toBe(true);
    }),
    runs,
  );
});
