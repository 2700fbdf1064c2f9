import { parser } from '@prometheus-io/lezer-promql';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { lastSampleTimes, parseQuery, type Query, readsSeries, withSampleTimes } from './query.ts';

function parsed(text: string): Query {
  const query = parseQuery(text, 60);
  if (typeof query === 'string') throw new Error(query);
  return query;
}

test('$window becomes the window, but not as part of a longer name', () => {
  expect(parsed('rate(a[$window])').text).toBe('rate(a[60s])');
  expect(parseQuery('a{b="$windows"}', 60)).toMatchObject({ text: 'a{b="$windows"}' });
});

test.each([
  { query: 'sum(rate(a{b="c"}[30s]))', selectors: [{ text: 'a{b="c"}', range: '30s' }] },
  { query: 'a / b', selectors: [{ text: 'a' }, { text: 'b' }] },
  { query: 'a + a', selectors: [{ text: 'a' }] },
  { query: 'sum(rate(x[5m] offset 1w))', selectors: [{ text: 'x', range: '5m' }] },
  { query: 'a @ 123 offset 5m', selectors: [{ text: 'a' }] },
  { query: 'max_over_time(sum(rate(x[30s]))[1h:5s])', selectors: [{ text: 'x', range: '1h' }] },
  { query: '{"my.metric", a="1"}', selectors: [{ text: '{"my.metric", a="1"}' }] },
  { query: 'a or vector(0)', selectors: [{ text: 'a' }] },
  { query: 'vector(5)', selectors: [] },
  { query: 'a # a comment', selectors: [{ text: 'a' }] },
])('the selectors of $query', ({ query, selectors }) => {
  expect(parsed(query).selectors).toEqual(selectors);
});

test.each([
  { query: '5', isScalar: true },
  { query: '-(1 + time())', isScalar: true },
  { query: 'scalar(sum(a))', isScalar: true },
  { query: '1 > bool 2', isScalar: true },
  { query: 'sum(a) * 2', isScalar: false },
  { query: 'vector(1)', isScalar: false },
  { query: '-a', isScalar: false },
])('$query is a scalar: $isScalar', ({ query, isScalar }) => {
  expect(parsed(query).isScalar).toBe(isScalar);
});

test.each([
  { query: 'sum(rate(a[1m])', objection: /no PromQL at character/ },
  { query: 'a{', objection: /no PromQL/ },
  { query: '', objection: /no PromQL|empty/ },
  { query: '# only a comment', objection: /no PromQL|empty/ },
  { query: '"text"', objection: /text, not a number/ },
  { query: 'a[5m]', objection: /a range of samples/ },
  { query: '(a[5m:1m])', objection: /a range of samples/ },
])('$query is refused', ({ query, objection }) => {
  expect(parseQuery(query, 60)).toMatch(objection);
});

test('one question asks for the value and for the newest sample of each selector', () => {
  expect(withSampleTimes(parsed('a / b'))).toBe(
    'label_replace((a / b\n), "bellwether_part", "value", "", "")' +
      ' or label_replace(max(timestamp(a)), "bellwether_part", "0", "", "")' +
      ' or label_replace(max(timestamp(b)), "bellwether_part", "1", "", "")',
  );
});

test('a second question looks for samples within the ranges, where there are ranges', () => {
  expect(lastSampleTimes(parsed('a'))).toBeUndefined();
  expect(lastSampleTimes(parsed('rate(a[10m])'))).toContain('max_over_time(timestamp(a)[10m:5s])');
});

describe('whatever is written', () => {
  const name = fc.constantFrom('a', 'job:b:rate', '{c="d"}', 'e{f=~"g|h", i!="#"}');
  const range = fc.constantFrom('30s', '5m', '$window', '1h30m');
  const { expression } = fc.letrec<{ expression: string }>((tie) => ({
    expression: fc.oneof(
      { depthSize: 'small' },
      name,
      fc.tuple(name, range).map(([metric, over]) => `rate(${metric}[${over}])`),
      tie('expression').map((inner) => `sum by (x) (${inner})`),
      tie('expression').map((inner) => `max_over_time((${inner})[10m:1m])`),
      fc.tuple(tie('expression'), tie('expression')).map(([a, b]) => `(${a}) / on(x) (${b})`),
      tie('expression').map((inner) => `${inner} # comment\n`),
    ),
  }));

  test('a good query becomes good questions', () => {
    fc.assert(
      fc.property(expression, (text) => {
        const query = parsed(text);
        expect(query.selectors.length).toBeGreaterThan(0);
        for (const question of [withSampleTimes(query), lastSampleTimes(query) ?? 'a']) {
          expect(parser.parse(question).toString()).not.toContain('⚠');
        }
      }),
    );
  });

  test('any text is a query or an objection, never an error', () => {
    const noise = fc.array(fc.constantFrom(...'a1{}[]()"\'=~!,:+-*/%^#$ \n@⚠'), { maxLength: 30 });
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          noise.map((letters) => letters.join('')),
        ),
        (text) => {
          const query = parseQuery(text, 60);
          if (typeof query !== 'string') withSampleTimes(query);
        },
      ),
    );
  });
});

test.each([
  ['sum(pool_waiting{app="web"})', true],
  ['max_over_time(sum(pool_limit)[5m:1s]) / 2', true],
  ['{__name__="pool_waiting"}', true],
  ['{app="web", __name__ =~ "pool_(a|b)"}', true],
  ['{"pool_waiting", app="web"}', true],
  ['sum(rate(requests_total[1m])) # pool_waiting', false],
  ['sum(requests_total{job="pool_waiting"})', false],
  ['sum(my_pool_waiting)', false],
  ['vector(1)', false],
])('%s reads a series of the pool: %s', (text, reads) => {
  expect(readsSeries(parsed(text), 'pool_')).toBe(reads);
});
