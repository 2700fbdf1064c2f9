/** An observation as written in a file: the form that `bellwether decide` reads. */
import { z } from 'zod';
import type { Metric } from '../api/metric.ts';
import type { GuardReadings, MetricReadings, Observation } from '../scaling/observation.ts';
import type { Reading } from '../scaling/reading.ts';
import { toPod, writtenPod } from './observed-pods.ts';

const instant = z.iso.datetime({ offset: true });

const good = z.object({ value: z.number(), at: instant.optional() });
const failed = z.object({
  failed: z.enum(['absent', 'invalid', 'stale', 'error']),
  message: z.string().default('no reading'),
});
const plain = z.union([good, failed], { error: 'needs either value or failed' });
/** A rate beside a depth may also be written as a mere number, as old as the depth. */
const rate = z.union([z.number(), plain], { error: 'needs a number, value or failed' }).optional();
const reading = z.union([good.extend({ arrivals: rate, completions: rate }), failed], {
  error:
    'needs either value (a number, with `at` an ISO time) or failed (absent, invalid, stale, error)',
});

const unless = z
  .union([z.boolean(), z.number(), plain], {
    error: 'needs true, false, a number, value or failed',
  })
  .optional();
const guardReading = z.union([good.extend({ unless }), failed.extend({ unless })], {
  error: 'needs either value or failed, and may have unless',
});

/** Members of later stages are taken and left alone, so recorded observations stay readable. */
export const writtenObservation = z.object({
  now: instant,
  currentReplicas: z.int().min(0),
  readyReplicas: z.int().min(0).optional(),
  startingReplicas: z.int().min(0).default(0),
  leadTimeSeconds: z.number().positive().optional(),
  changedBy: z.string().optional(),
  readings: z.record(z.string(), reading).default({}),
  burstReadings: z.record(z.string(), plain).default({}),
  guardReadings: z.record(z.string(), guardReading).default({}),
  scheduleReadings: z.record(z.string(), plain).default({}),
  pods: z.array(writtenPod).optional(),
});

type Written = z.output<typeof writtenObservation>;
type WrittenReading = Written['readings'][string];

/**
 * The observation of a file. Ready replicas default to the current ones, the time of a reading to now.
 * The rates of a queue `q` stand in its reading, or as readings of their own named `q.arrivals` and
 * `q.completions`. Those of guards and schedules may stand among the metrics' by name.
 */
export function toObservation(written: Written, metrics: readonly Metric[]): Observation {
  const { now, currentReplicas, readyReplicas = currentReplicas, startingReplicas } = written;
  const nowMs = Date.parse(now);
  const readings = metrics.flatMap(({ name }) => {
    const found = written.readings[name];
    return found ? [[name, toReadings(name, found, written, nowMs)] as const] : [];
  });
  const isMetric = (name: string) => metrics.some((metric) => metric.name === name);
  const spare = Object.fromEntries(
    Object.entries(written.readings).filter(([name]) => !isMetric(name)),
  );
  return {
    nowMs,
    currentReplicas,
    readyReplicas,
    startingReplicas,
    ...(written.changedBy !== undefined && { changedBy: written.changedBy }),
    ...(written.leadTimeSeconds !== undefined && { leadTimeSeconds: written.leadTimeSeconds }),
    readings: Object.fromEntries(readings),
    burstReadings: mapValues(written.burstReadings, (burst) => toReading(burst, nowMs)),
    guardReadings: mapValues({ ...spare, ...written.guardReadings }, (guard) =>
      toGuardReadings(guard, nowMs),
    ),
    scheduleReadings: mapValues({ ...spare, ...written.scheduleReadings }, (floor) =>
      toReading(floor, nowMs),
    ),
    ...(written.pods && { pods: written.pods.map(toPod) }),
  };
}

function toGuardReadings(
  guard: Written['guardReadings'][string] | WrittenReading,
  nowMs: number,
): GuardReadings {
  const value = toReading(guard, nowMs);
  const holds = 'unless' in guard ? guard.unless : undefined;
  if (holds === undefined) return { value };
  const unless = toReading(typeof holds === 'boolean' ? Number(holds) : holds, nowMs);
  return { value, unless };
}

function mapValues<From, To>(
  record: Readonly<Record<string, From>>,
  change: (value: From) => To,
): Readonly<Record<string, To>> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}

function toReadings(
  name: string,
  found: WrittenReading,
  { readings }: Written,
  nowMs: number,
): MetricReadings {
  const atMs = 'value' in found && found.at !== undefined ? Date.parse(found.at) : nowMs;
  const rateOf = (part: 'arrivals' | 'completions') => {
    const beside = 'value' in found ? found[part] : undefined;
    return beside ?? readings[`${name}.${part}`];
  };
  const [arrivals, completions] = [rateOf('arrivals'), rateOf('completions')];
  return {
    value: toReading(found, nowMs),
    ...(arrivals !== undefined && { arrivals: toReading(arrivals, atMs) }),
    ...(completions !== undefined && { completions: toReading(completions, atMs) }),
  };
}

function toReading(written: z.output<typeof plain> | number, defaultMs: number): Reading {
  if (typeof written === 'number') return { status: 'ok', value: written, atMs: defaultMs };
  if ('failed' in written) {
    return { status: 'failed', reason: written.failed, message: written.message };
  }
  const atMs = written.at === undefined ? defaultMs : Date.parse(written.at);
  return { status: 'ok', value: written.value, atMs };
}
