import { expect, test } from 'vitest';
import { parseProfile } from '../api/profile.ts';
import { sampleProfile } from '../api/sample-profile.ts';
import { toObservation, writtenObservation } from './observation.ts';

const parsed = parseProfile(sampleProfile('web'));
const metrics = parsed.ok ? parsed.profile.spec.metrics : [];
const now = '2026-11-21T10:00:00Z';
const nowMs = Date.parse(now);

function read(readings: object) {
  const written = writtenObservation.parse({ now, currentReplicas: 5, readings });
  return toObservation(written, metrics);
}

test('what is left out: all replicas ready, none starting, readings as of now', () => {
  expect(read({ requests: { value: 3 } })).toEqual({
    nowMs,
    currentReplicas: 5,
    readyReplicas: 5,
    startingReplicas: 0,
    readings: { requests: { value: { status: 'ok', value: 3, atMs: nowMs } } },
    burstReadings: {},
    guardReadings: {},
    scheduleReadings: {},
  });
});

const good = (value: number) => ({ status: 'ok', value, atMs: nowMs });

test.each([
  { unless: true, want: good(1) },
  { unless: false, want: good(0) },
  { unless: 0.5, want: good(0.5) },
  { unless: { value: 2 }, want: good(2) },
  {
    unless: { failed: 'error' },
    want: { status: 'failed', reason: 'error', message: 'no reading' },
  },
])('a guard has its value and may have unless: $unless', ({ unless, want }) => {
  const guardReadings = { latency: { value: 0.3, unless } };
  const written = { now, currentReplicas: 5, readings: {}, guardReadings };
  const { guardReadings: read } = toObservation(writtenObservation.parse(written), metrics);
  expect(read).toEqual({ latency: { value: good(0.3), unless: want } });
});

test('readings of guards and schedules may stand among those of the metrics', () => {
  const observation = read({
    requests: { value: 3 },
    latency: { value: 0.3 },
    floor: { value: 8 },
  });
  expect(observation.guardReadings?.latency).toEqual({ value: good(0.3) });
  expect(observation.scheduleReadings?.floor).toEqual(good(8));
  expect(observation.guardReadings).not.toHaveProperty('requests');
});

test('readings of a burst stand beside those of the metrics', () => {
  const burstReadings = { requests: { value: 900, at: '2026-11-21T09:59:50Z' } };
  const written = { now, currentReplicas: 5, readings: {}, burstReadings };
  const { burstReadings: read } = toObservation(writtenObservation.parse(written), metrics);
  expect(read).toEqual({ requests: { status: 'ok', value: 900, atMs: nowMs - 10_000 } });
});

const at = '2026-11-21T09:59:50Z';
const rates = {
  arrivals: { status: 'ok', value: 3.2, atMs: nowMs - 10_000 },
  completions: { status: 'failed', reason: 'stale', message: 'no reading' },
};

test.each([
  {
    name: 'beside the depth',
    readings: { jobs: { value: 7, at, arrivals: 3.2, completions: { failed: 'stale' } } },
  },
  {
    name: 'as readings of their own',
    readings: {
      jobs: { value: 7, at },
      'jobs.arrivals': { value: 3.2, at },
      'jobs.completions': { failed: 'stale' },
    },
  },
])('the rates of a queue may stand $name', ({ readings }) => {
  expect(read(readings).readings.jobs).toEqual({
    value: { status: 'ok', value: 7, atMs: nowMs - 10_000 },
    ...rates,
  });
});

test('pods are read with what is left out: running, nobody deletes them, no sample', () => {
  const written = writtenObservation.parse({
    now,
    currentReplicas: 2,
    pods: [
      {
        name: 'a',
        phase: 'Running',
        ready: true,
        deleting: false,
        startedAt: '2026-11-21T09:00:00Z',
        readyTransitionAt: '2026-11-21T09:00:10Z',
        usage: { api: { cpu: 300 } },
        requests: { api: { cpu: 1000 } },
        sampleStart: '2026-11-21T09:59:40Z',
      },
      { name: 'b', usage: null },
    ],
  });
  expect(toObservation(written, metrics).pods).toEqual([
    {
      name: 'a',
      phase: 'Running',
      ready: true,
      deleting: false,
      startedAtMs: nowMs - 3_600_000,
      readyTransitionAtMs: nowMs - 3_590_000,
      usage: { api: { cpu: 300 } },
      requests: { api: { cpu: 1000 } },
      sampleStartMs: nowMs - 20_000,
    },
    { name: 'b', phase: 'Running', deleting: false, requests: {} },
  ]);
});

test.each([
  { name: 'a phase that does not exist', pod: { phase: 'Gone' }, path: ['pods', 0, 'phase'] },
  { name: 'a pod without a name', pod: { name: '' }, path: ['pods', 0, 'name'] },
  {
    name: 'use below zero',
    pod: { usage: { api: { cpu: -1 } } },
    path: ['pods', 0, 'usage', 'api', 'cpu'],
  },
])('$name is refused by its field', ({ pod, path }) => {
  const pods = [{ name: 'a', ...pod }];
  const parsed = writtenObservation.safeParse({ now, currentReplicas: 1, pods });
  expect(parsed.error?.issues.map((issue) => issue.path)).toEqual([path]);
});
