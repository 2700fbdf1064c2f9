import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import {
  type Known,
  type PrometheusServer,
  startPrometheusServer,
} from '../testing/prometheus-server.ts';
import { createPrometheus, type Prometheus } from './client.ts';

const query = 'sum(rate(a[$window]))';
const sent = 'sum(rate(a[60s]))';
const nowMs = Date.parse('2026-11-21T10:00:00Z');
const options = { windowSeconds: 60, staleAfterSeconds: 60, nowMs };

let server: PrometheusServer;
let prometheus: Prometheus;
beforeAll(async () => {
  server = await startPrometheusServer();
  prometheus = createPrometheus(server.url);
});
beforeEach(() => {
  server.answers.clear();
  server.outage = undefined;
  server.asked.length = 0;
});
afterAll(async () => {
  prometheus.close();
  await server.close();
});

function ask(known: Known) {
  server.answers.set(sent, known);
  return prometheus.read(query, options);
}

test('a value and its age come from one round trip', async () => {
  const reading = await ask({ values: ['42.5'], agesSeconds: [4] });
  expect(reading).toEqual({ status: 'ok', value: 42.5, atMs: nowMs - 4000 });
  expect(server.asked).toHaveLength(1);
});

test('zero is a value', async () => {
  expect(await ask({ values: ['0'], agesSeconds: [1] })).toMatchObject({ status: 'ok', value: 0 });
});

test('a clock that differs from ours makes nothing stale', async () => {
  server.nowSeconds = () => Date.now() / 1000 - 3600;
  const reading = await ask({ values: ['1'], agesSeconds: [2] });
  server.nowSeconds = () => Date.now() / 1000;
  expect(reading).toEqual({ status: 'ok', value: 1, atMs: nowMs - 2000 });
});

test.each<{ name: string; known: Known; reason: string; message: RegExp }>([
  { name: 'no result', known: { values: [] }, reason: 'absent', message: /no result/ },
  { name: 'NaN', known: { values: ['NaN'] }, reason: 'invalid', message: /NaN/ },
  { name: 'infinity', known: { values: ['+Inf'] }, reason: 'invalid', message: /\+Inf/ },
  { name: 'a negative number', known: { values: ['-1'] }, reason: 'invalid', message: /-1/ },
  { name: 'two series', known: { values: ['1', '2'] }, reason: 'invalid', message: /2 series/ },
  {
    name: 'samples older than allowed',
    known: { values: ['5'], agesSeconds: [61] },
    reason: 'stale',
    message: /61 s old, more than 60 s/,
  },
  {
    name: 'one of several selectors with old samples',
    known: { values: ['5'], agesSeconds: [1, 90] },
    reason: 'stale',
    message: /90 s old/,
  },
  {
    name: 'a vanished source that a range still answers for',
    known: { values: ['5'], lastAgeSeconds: 75 },
    reason: 'stale',
    message: /75 s old/,
  },
])('$name is $reason', async ({ known, reason, message }) => {
  expect(await ask(known)).toEqual({
    status: 'failed',
    reason,
    message: expect.stringMatching(message),
  });
});

test('samples of exactly the allowed age count', async () => {
  server.nowSeconds = () => 1000;
  const reading = await ask({ values: ['5'], agesSeconds: [60] });
  server.nowSeconds = () => Date.now() / 1000;
  expect(reading.status).toBe('ok');
});

test('a constant that answers for an absent series is as fresh as the answer', async () => {
  expect(await ask({ values: ['0'] })).toEqual({ status: 'ok', value: 0, atMs: nowMs });
});

test.each([
  { name: 'a server error', outage: { code: 503, body: 'sorry' }, message: /HTTP 503.*sorry/ },
  { name: 'no JSON', outage: { code: 200, body: '<html>' }, message: /HTTP 200.*<html>/ },
  {
    name: 'a refused query',
    outage: { code: 422, body: '{"status":"error","errorType":"execution","error":"too many"}' },
    message: /too many/,
  },
])('$name is an error', async ({ outage, message }) => {
  server.outage = outage;
  const reading = await ask({ values: ['1'] });
  expect(reading).toMatchObject({ reason: 'error', message: expect.stringMatching(message) });
});

test('no answer in time is an error', async () => {
  server.outage = 'hang';
  const impatient = createPrometheus(server.url, 50);
  expect(await impatient.read(query, options)).toMatchObject({
    reason: 'error',
    message: expect.stringContaining('no answer in time'),
  });
  impatient.close();
});

test('a bad query is an error and not even sent', async () => {
  expect(await prometheus.read('sum(', options)).toMatchObject({ reason: 'error' });
  expect(server.asked).toEqual([]);
});

test('a refused connection is an error', async () => {
  const nobody = createPrometheus(new URL('http://127.0.0.1:1'));
  expect(await nobody.read('a', options)).toMatchObject({
    reason: 'error',
    message: expect.stringContaining('ECONNREFUSED'),
  });
  nobody.close();
});

test.each<{ name: string; known: Known; want: number }>([
  { name: 'an empty result', known: { values: [] }, want: 0 },
  { name: 'zeroes', known: { values: ['0', '0'] }, want: 0 },
  { name: 'one value that is not zero', known: { values: ['0', '3'] }, want: 1 },
  { name: 'a negative value', known: { values: ['-1'] }, want: 1 },
  { name: 'NaN', known: { values: ['NaN'] }, want: 0 },
])('a condition with $name', async ({ known, want }) => {
  server.answers.set('wait > 0', known);
  expect(await prometheus.holds('wait > 0', options)).toEqual({
    status: 'ok',
    value: want,
    atMs: nowMs,
  });
});

test('a condition that is a constant is asked for as a vector', async () => {
  await prometheus.holds('1', options);
  expect(server.asked).toEqual(['vector(1\n)']);
});

test('a condition that cannot be asked has failed', async () => {
  expect(await prometheus.holds('wait >', options)).toMatchObject({ reason: 'error' });
  server.outage = { code: 503, body: 'down' };
  expect(await prometheus.holds('wait > 0', options)).toMatchObject({ reason: 'error' });
});
