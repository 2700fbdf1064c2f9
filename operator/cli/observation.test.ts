import { expect, test } from 'vitest';
import { sampleProfile } from '../api/invalid-profiles.ts';
import { parseProfile } from '../api/profile.ts';
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
  });
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
