import { expect, test } from 'vitest';
import { Recorder } from './measure.ts';

test('latency counts from when the request should have been sent', () => {
  const recorder = new Recorder();
  recorder.add({ kind: 'course', intendedMs: 1000, endedMs: 1500 });
  const { p50Ms } = recorder.measurement().total;
  expect(p50Ms).toBeGreaterThan(490);
  expect(p50Ms).toBeLessThan(510);
});

test('failures count as requests, by kind and reason, but have no latency', () => {
  const recorder = new Recorder();
  recorder.add({ kind: 'course', intendedMs: 0, endedMs: 10 });
  recorder.add({ kind: 'course', intendedMs: 0, endedMs: 9000, failure: 'timeout' });
  recorder.add({ kind: 'login', intendedMs: 0, endedMs: 9000, failure: 'status 503' });
  const { total, byKind, failures } = recorder.measurement();
  expect(total).toMatchObject({ requests: 3, failed: 2 });
  expect(total.p99Ms).toBeCloseTo(10, 0);
  expect(byKind.course).toMatchObject({ requests: 2, failed: 1 });
  expect(failures).toEqual({ 'course: timeout': 1, 'login: status 503': 1 });
});

test('requests belong to the second in which they ended', () => {
  const recorder = new Recorder();
  recorder.add({ kind: 'course', intendedMs: 900, endedMs: 2100 });
  expect(recorder.measurement().seconds.map(({ requests }) => requests)).toEqual([0, 0, 1]);
  expect(recorder.between(2, 4).map(({ requests }) => requests)).toEqual([1, 0]);
});
