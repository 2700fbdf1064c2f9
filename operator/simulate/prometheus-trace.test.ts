import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type PrometheusServer, startPrometheusServer } from '../testing/prometheus-server.ts';
import { isAddress, prometheusTrace } from './prometheus-trace.ts';
import { UsageError } from './usage-error.ts';

const begin = Date.UTC(2026, 0, 5) / 1000;
const byDefault = { query: 'sum(rate(requests_total[$window]))', windowSeconds: 30 };

let server: PrometheusServer;
beforeAll(async () => {
  server = await startPrometheusServer();
});
beforeEach(() => {
  server.outage = undefined;
  server.asked.length = 0;
  server.past = (second) => second - begin;
});
afterAll(() => server.close());

const read = (search: string, path = '') =>
  prometheusTrace(new URL(`${path}?${search}`, server.url).href, byDefault, (begin + 600) * 1000);

test('the profile’s query by default, a point a minute, until now', async () => {
  const { trace, gaps } = await read('start=2026-01-05T00:00:00Z');
  expect(server.asked).toEqual(['sum(rate(requests_total[30s]))']);
  expect(trace.startMs).toBe(begin * 1000);
  expect([trace.loads.length, trace.loads[0], trace.loads[90], trace.loads[600]]).toEqual([
    601, 0, 90, 600,
  ]);
  expect(gaps).toEqual([]);
});

test.each(['/', '/api/v1/query_range', '/api/v1/query'])('asked as %s', async (path) => {
  const search = `query=up&start=${begin}&end=${begin + 60}&step=15s`;
  const { trace } = await read(search, path);
  expect(server.asked).toEqual(['up']);
  expect(trace.name).toBe(`up of ${server.url.host}`);
});

test('a long range is asked for in parts, none twice', async () => {
  const { trace, gaps } = await read(`start=${begin}&end=${begin + 25_000}&step=1`);
  expect(server.asked).toHaveLength(3);
  expect(trace.loads.length).toBe(25_001);
  expect([9999, 10_000, 20_000].map((second) => trace.loads[second])).toEqual([
    9999, 10_000, 20_000,
  ]);
  expect(gaps).toEqual([]);
});

test('gaps are named and interpolated', async () => {
  const missing = [0, 180, 240, 600].map((second) => begin + second);
  server.past = (second) => (missing.includes(second) ? undefined : second - begin);
  const { trace, gaps } = await read(`start=${begin}&end=${begin + 600}`);
  expect(gaps).toEqual([
    'no samples from 2026-01-05T00:00:00.000Z to 2026-01-05T00:00:00.000Z',
    'no samples from 2026-01-05T00:03:00.000Z to 2026-01-05T00:04:00.000Z',
    'no samples from 2026-01-05T00:10:00.000Z to 2026-01-05T00:10:00.000Z',
  ]);
  expect(trace.loads.length).toBe(481);
  expect(trace.loads[150]).toBe(210);
});

test.each([
  { search: '', why: '--trace: start is missing' },
  { search: 'start=soon', why: '--trace: start soon: neither epoch seconds nor an ISO time' },
  { search: 'start=9&end=9', why: '--trace: start 9: must be before end' },
  { search: 'start=9&end=99&step=0', why: '--trace: step 0: expected seconds' },
  { search: 'start=9&end=99&step=1y', why: '--trace: step 1y: expected seconds' },
  { search: 'start=9&end=99&query=sum(', why: '--trace: query: no PromQL at character' },
  { search: 'start=9&steps=5', why: '--trace: steps: expected some of query, start, end, step' },
  { search: 'start=0', why: 'more than the 10000000 that are allowed' },
])('refuses $search', async ({ search, why }) => {
  await expect(read(search)).rejects.toThrow(UsageError);
  await expect(read(search)).rejects.toThrow(why);
});

test('no samples, an error and no server are told as what they are', async () => {
  const search = `start=${begin}`;
  server.past = () => undefined;
  await expect(read(search)).rejects.toThrow('no samples from start to end');
  const error = { status: 'error', errorType: 'execution', error: 'query timed out' };
  server.outage = { code: 503, body: JSON.stringify(error) };
  await expect(read(search)).rejects.toThrow(`asking ${server.url.host}: query timed out`);
  server.outage = { code: 404, body: 'not here' };
  await expect(read(search)).rejects.toThrow('HTTP 404 instead of a history: not here');
  const nobody = prometheusTrace('http://127.0.0.1:9/?start=0&end=99', byDefault, 0);
  await expect(nobody).rejects.toThrow(UsageError);
});

test('a query of its own is needed where the profile has none', async () => {
  const none = { query: undefined, windowSeconds: 30 };
  const address = `${server.url.href}?start=0&end=99`;
  await expect(prometheusTrace(address, none, 0)).rejects.toThrow('--trace: query is missing');
});

test.each([
  ['http://prometheus:9090?start=0', true],
  ['https://prometheus/x', true],
  ['http.csv', false],
  ['lms:1', false],
])('%s is an address: %s', (text, want) => {
  expect(isAddress(text)).toBe(want);
});
