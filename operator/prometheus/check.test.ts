import { expect, test } from 'vitest';
import { checkQuery } from './check.ts';

test.each([
  'sum(rate(x[$window]))',
  'sum(rate(x{a="b"}[5m])) or vector(0)',
  'scalar(x)',
  '3 * 2',
  'vector(time())',
  'sum(a) / scalar(sum(b))',
  'max(x) > 3',
  'sum by () (x)',
  'topk(1, x)',
  'histogram_quantile(0.95, sum by (le) (rate(x_bucket[$window])))',
  'max_over_time(sum(rate(x[1m]))[$window:5s])',
  'sum(a) and on() b',
  'sum(a) / on() group_left() sum(b)',
  'absent(x)',
  'hour()',
  '-sum(x offset 5m)',
  'sum(x) # the end',
  'quantile(0.9, x)',
  'label_replace(sum(x), "a", "b", "c", "d")',
  'round(sum(x))',
])('%s is fine', (query) => {
  expect(checkQuery(query)).toEqual([]);
});

test.each([
  { query: '', at: 0, said: 'the query is empty' },
  { query: '# nothing', at: 9, said: expect.stringMatching(/^the query ends too early/) },
  { query: 'sum(rate(x[5m])', at: 15, said: 'the query ends too early' },
  { query: 'sum(x))', at: 6, said: 'no PromQL from here on: ")"' },
  { query: 'sum(ratee(x[5m]))', at: 4, said: 'there is no function ratee' },
  {
    query: 'sum(rate(x[$interval]))',
    at: 11,
    said: '$interval is not known: only $window is replaced',
  },
  {
    query: 'sum(rate(x[$windows]))',
    at: 11,
    said: '$windows is not known: only $window is replaced',
  },
  {
    query: 'sum(rate(x[$window]) by (a)',
    at: 21,
    said: expect.stringMatching(/^no PromQL from here on: "by/),
  },
  {
    query: 'rate(x)',
    at: 5,
    said: 'rate takes a range of samples, such as x[5m], not series at one time',
  },
  {
    query: 'sum(x[5m])',
    at: 4,
    said: 'sum takes series at one time, not a range of samples, such as x[5m]',
  },
  {
    query: 'histogram_quantile(sum(x))',
    at: 0,
    said: 'histogram_quantile takes 2 arguments, not 1',
  },
  {
    query: 'sum(x) + x[5m]',
    at: 0,
    said: expect.stringMatching(/^a range goes with a selector alone/),
  },
  { query: 'sum(x) or 0', at: 10, said: 'or takes series, not a number: use vector(...)' },
  {
    query: 'sum(x) + (x[5m])',
    at: 9,
    said: expect.stringMatching(/^\+ takes numbers and series, not a range/),
  },
  { query: '1 > 2', at: 2, said: '> between two numbers needs bool' },
  { query: '"five"', at: 0, said: 'the result is a text, not a number' },
  { query: 'x[5m]', at: 0, said: expect.stringMatching(/^the result is a range of samples/) },
  { query: 'sum({})', at: 4, said: 'a selector needs a name or a label that is not empty' },
])('$query: $said', ({ query, at, said }) => {
  const [fault] = checkQuery(query);
  expect(fault).toEqual({ at, message: said, isWarning: false });
});

test.each([
  'x',
  'rate(x[5m])',
  'sum by (pod) (x)',
  'sum without (pod) (x)',
  'topk(3, x)',
  'count_values("v", x)',
  'sum(a) or b',
  'a / b',
  'histogram_quantile(0.95, rate(x_bucket[5m]))',
  'histogram_quantile(0.95, sum by (le, pod) (rate(x_bucket[5m])))',
  'sum(a) * on() group_right b',
])('%s may give several series', (query) => {
  expect(checkQuery(query)).toEqual([
    { at: 0, message: expect.stringMatching(/more than one series/), isWarning: true },
  ]);
});
