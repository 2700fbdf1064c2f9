/** Cost of a decision: microseconds a pass, bytes a profile, and whether the heap grows over a simulated week. */
import { performance } from 'node:perf_hooks';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { type ProfileSpec, parseProfile } from '../operator/api/profile.ts';
import { decide } from '../operator/scaling/decide.ts';
import { type Memory, noMemory, recordScale } from '../operator/scaling/memory.ts';
import type { Observation } from '../operator/scaling/observation.ts';
import type { Reading } from '../operator/scaling/reading.ts';
import { generate } from '../operator/simulate/generate.ts';
import { rateAt } from '../operator/simulate/trace.ts';
import { publish } from './publish.ts';

const DAY_SECONDS = 86_400;
/** The ring of the seasons is full after eight days and an hour; then a week is watched. */
const WARM_DAYS = 9;
const DAYS = WARM_DAYS + 7;
const LAG_SECONDS = 5;
const MOST_MICROSECONDS = 50;

const requests = {
  name: 'requests',
  type: 'Prometheus',
  prometheus: { query: 'sum(rate(requests_total[$window]))' },
  target: { type: 'AverageValue', averageValue: '35' },
};
const inDelhi = { timeZone: 'Asia/Kolkata' };
const lessons = { ...inDelhi, name: 'lessons', start: '45 7 * * 1-5', durationSeconds: 32_400 };
const night = { ...inDelhi, name: 'night', start: '0 23 * * *', durationSeconds: 25_200 };
const schedules = [
  { ...lessons, minReplicas: 8, rampSeconds: 600 },
  { ...night, maxReplicas: 40 },
];

const profiles: Readonly<Record<string, object>> = {
  HPA: { strategy: { type: 'HPA' } },
  Adaptive: {},
  'Adaptive, burst, two schedules': { burst: {}, schedules },
};

interface Cost {
  readonly passes: number;
  readonly meanUs: number;
  readonly medianUs: number;
  /** Of its memory, typed arrays included. */
  readonly bytes: number;
  /** Of the heap after a collection, from the first day's end to the last's. */
  readonly growthBytes: number;
}

/** What a run leaves behind. */
interface Run {
  readonly times: Float64Array;
  readonly heaps: Float64Array;
  memory: Memory;
}

function costOf(spec: ProfileSpec): Cost {
  const run = watched(spec);
  const { times, heaps } = run;
  const bytes = bytesOf(run.memory);
  times.sort();
  return {
    passes: times.length,
    meanUs: (1000 * times.reduce((sum, time) => sum + time, 0)) / times.length,
    medianUs: 1000 * (times[times.length >>> 1] ?? 0),
    bytes,
    growthBytes: (heaps.at(-1) ?? 0) - (heaps[0] ?? 0),
  };
}

/** One profile over the load of a school whose pods start at once; the passes of the last week are timed. */
function watched(spec: ProfileSpec): Run {
  const observe = observerOf(spec);
  const { syncPeriodSeconds } = spec;
  const times = new Float64Array((7 * DAY_SECONDS) / syncPeriodSeconds);
  const run: Run = { times, heaps: new Float64Array(7), memory: noMemory };
  let replicas = spec.minReplicas;
  for (let pass = 0; pass * syncPeriodSeconds < DAYS * DAY_SECONDS; pass += 1) {
    const second = pass * syncPeriodSeconds;
    const observation = observe(second, replicas);
    const begun = performance.now();
    const { decision, memory } = decide(spec, observation, run.memory);
    const took = performance.now() - begun;
    const change = decision.desiredReplicas - replicas;
    run.memory = change === 0 ? memory : recordScale(memory, observation.nowMs, change);
    replicas = decision.desiredReplicas;
    const late = second - WARM_DAYS * DAY_SECONDS;
    if (late < 0) continue;
    times[late / syncPeriodSeconds] = took;
    if (late % DAY_SECONDS === 0) run.heaps[late / DAY_SECONDS] = heapUsed();
  }
  return run;
}

function observerOf({ burst }: ProfileSpec) {
  const trace = generate(`lms:1:${DAYS}`);
  if (!trace) throw new Error('no load to decide on');
  const read = (second: number, windowSeconds: number): Reading => {
    const value = rateAt(trace, second, windowSeconds, LAG_SECONDS);
    return { status: 'ok', value, atMs: trace.startMs + (second - LAG_SECONDS) * 1000 };
  };
  return (second: number, replicas: number): Observation => ({
    nowMs: trace.startMs + second * 1000,
    currentReplicas: replicas,
    readyReplicas: replicas,
    startingReplicas: 0,
    readings: { requests: { value: read(second, 30) } },
    ...(burst && { burstReadings: { requests: read(second, burst.windowSeconds) } }),
  });
}

setFlagsFromString('--expose-gc');
const collect: () => void = runInNewContext('gc');

/** Of one memory, by copies of it: what else comes and goes is as big as one. */
function bytesOf(memory: Memory): number {
  const before = heapUsed();
  const copies = Array.from({ length: 50 }, () => structuredClone(memory));
  return (heapUsed() - before) / copies.length;
}

/** After several collections: one leaves behind what it has only just found to be unused. */
function heapUsed(): number {
  for (let round = 0; round < 4; round += 1) collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

function specOf(change: object): ProfileSpec {
  const scaleTargetRef = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'bench' };
  const parsed = parseProfile({
    apiVersion: 'autoscaling.bellwether.dev/v1alpha1',
    kind: 'ScaleProfile',
    metadata: { name: 'bench' },
    spec: { scaleTargetRef, minReplicas: 2, maxReplicas: 400, metrics: [requests], ...change },
  });
  if (!parsed.ok) throw new Error(parsed.problems.join('\n'));
  return parsed.profile.spec;
}

const rows: string[] = [];
for (const [name, change] of Object.entries(profiles)) {
  const { passes, meanUs, medianUs, bytes, growthBytes } = costOf(specOf(change));
  const cells = [
    name,
    passes,
    `${medianUs.toFixed(1)} (${meanUs.toFixed(1)})`,
    `${Math.round(bytes / 1000)} kB`,
    `${Math.round(growthBytes / 1000)} kB`,
    medianUs <= MOST_MICROSECONDS ? 'met' : 'MISSED',
  ];
  rows.push(`| ${cells.join(' | ')} |`);
  process.stdout.write(`${rows.at(-1)}\n`);
}
const head = `| profile | passes | us a pass, median (mean) | memory | heap after that week | at most ${MOST_MICROSECONDS} us |`;
const table = `${head}\n| --- | --- | --- | --- | --- | --- |\n${rows.join('\n')}`;
const text =
  '`make bench-decide`: one profile after nine days that fill its seasons, over a further week of a school’s load. The mean holds what else the machine did.';
await publish('decide', `${text}\n\n${table}`);
