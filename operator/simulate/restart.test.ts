import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type ProfileSpec, parseProfile } from '../api/profile.ts';
import { sampleProfile } from '../api/sample-profile.ts';
import { memorySchema } from '../api/status.ts';
import { minutesOf } from '../scaling/adaptive/prime.ts';
import { EMPTY_RING, rememberMinutes } from '../scaling/adaptive/ring.ts';
import { decide } from '../scaling/decide.ts';
import { forecastMetrics, primeMemory } from '../scaling/history.ts';
import { type Memory, noMemory, recordScale } from '../scaling/memory.ts';
import type { Observation } from '../scaling/observation.ts';
import { readMemory, writeMemory } from '../scaling/written-memory.ts';
import { generate } from './generate.ts';
import { rateAt, type Trace } from './trace.ts';

const DAY_SECONDS = 86_400;
const FIRST_DAYS = 8;
const PASS_SECONDS = 5;
const BEGIN = FIRST_DAYS * DAY_SECONDS;
const PASSES = DAY_SECONDS / PASS_SECONDS;

function specOf(change: object): ProfileSpec {
  const bounds = { minReplicas: 2, maxReplicas: 400, syncPeriodSeconds: PASS_SECONDS };
  const metrics = [
    {
      name: 'requests',
      type: 'Prometheus',
      prometheus: { query: 'sum(rate(requests_total[$window]))' },
      target: { type: 'AverageValue', averageValue: '35' },
    },
  ];
  const parsed = parseProfile(sampleProfile('web', { ...bounds, metrics, ...change }));
  if (!parsed.ok) throw new Error(parsed.problems.join('\n'));
  return parsed.profile.spec;
}

function generated(description: string): Trace {
  const trace = generate(description);
  if (!trace) throw new Error(`no trace ${description}`);
  return trace;
}

const trace = generated(`lms:5:${FIRST_DAYS + 1}`);
const loadAt = (second: number, windowSeconds = 30) => rateAt(trace, second, windowSeconds, 5);

function observationAt(second: number, currentReplicas: number): Observation {
  const nowMs = trace.startMs + second * 1000;
  const value = (windowSeconds: number) => {
    const load = loadAt(second, windowSeconds);
    return { status: 'ok', value: load, atMs: nowMs - 5000 } as const;
  };
  return {
    nowMs,
    currentReplicas,
    readyReplicas: currentReplicas,
    startingReplicas: 0,
    readings: { requests: { value: value(30) } },
    burstReadings: { requests: value(10) },
  };
}

interface State {
  readonly replicas: number;
  readonly memory: Memory;
}

function pass(spec: ProfileSpec, second: number, { replicas, memory }: State): State {
  const observation = observationAt(second, replicas);
  const { decision, memory: after } = decide(spec, observation, memory);
  const change = decision.desiredReplicas - replicas;
  const kept = change === 0 ? after : recordScale(after, observation.nowMs, change);
  return { replicas: decision.desiredReplicas, memory: kept };
}

/** The highest rate of each minute, looked at every 5 s. */
const highest = Array.from({ length: trace.loads.length / 60 }, (_, minute) =>
  Math.max(...Array.from({ length: 12 }, (_, moment) => loadAt(minute * 60 + moment * 5))),
);

/** What a range query says at `second`: the highest rate of each minute before it, eight days back. */
function historyAt(second: number) {
  const end = Math.floor(second / 60);
  const first = Math.max(0, end - 8 * 1440);
  return highest
    .slice(first, end)
    .map((load, index) => ({ atMs: trace.startMs + ((first + index) * 60 + 55) * 1000, load }));
}

/** What the next leader begins with: the status, through JSON, and the past as Prometheus tells it. */
function restarted(spec: ProfileSpec, second: number, { replicas, memory }: State): Memory {
  const written: unknown = JSON.parse(JSON.stringify(writeMemory(memory)));
  const read = readMemory(memorySchema.parse(written));
  if (forecastMetrics(spec).length === 0) return read;
  const histories = { requests: rememberMinutes(EMPTY_RING, minutesOf(historyAt(second))) };
  return primeMemory(spec, observationAt(second, replicas), read, histories);
}

/** At the begin of the day, with eight days behind it: seasons from Prometheus, but for the last day's, seen by passes. */
function grownUp(spec: ProfileSpec): State {
  const eve = BEGIN - DAY_SECONDS;
  const first: State = { replicas: 2, memory: noMemory };
  let now = { ...first, memory: restarted(spec, eve, first) };
  for (let second = eve; second < BEGIN; second += PASS_SECONDS) now = pass(spec, second, now);
  return now;
}

test.each([
  { name: 'the HPA', change: { strategy: { type: 'HPA' } }, mostApart: 0 },
  {
    name: 'Adaptive with burst and a policy',
    change: {
      strategy: { type: 'Adaptive' },
      burst: { windowSeconds: 10, thresholdPercent: 150 },
      behavior: {
        scaleDown: {
          stabilizationWindowSeconds: 120,
          policies: [{ type: 'Percent', value: 20, periodSeconds: 60 }],
        },
      },
    },
    mostApart: 1,
  },
])(
  '$name: a restart at any pass of a day changes fewer than 1 % of later decisions',
  ({ change, mostApart }) => {
    const spec = specOf(change);
    let now = grownUp(spec);
    const seen = [now];
    for (let index = 0; index < PASSES; index += 1) {
      now = pass(spec, BEGIN + index * PASS_SECONDS, now);
      seen.push(now);
    }
    expect(new Set(seen.map(({ replicas }) => replicas)).size).toBeGreaterThan(10);

    const replay = (restart: number) => {
      const state = seen[restart] ?? now;
      let memory = restarted(spec, BEGIN + restart * PASS_SECONDS, state);
      const apart: number[] = [];
      for (let index = restart; index < PASSES; index += 1) {
        const replicas = seen[index]?.replicas ?? 0;
        const after = pass(spec, BEGIN + index * PASS_SECONDS, { replicas, memory });
        memory = after.memory;
        apart.push(Math.abs(after.replicas - (seen[index + 1]?.replicas ?? 0)));
      }
      expect(Math.max(...apart)).toBeLessThanOrEqual(mostApart);
      expect(apart.filter((one) => one > 0).length).toBeLessThanOrEqual(0.01 * apart.length);
    };
    // Not so late in the day that one decision is a hundredth of those left.
    fc.assert(fc.property(fc.integer({ min: 0, max: PASSES - 200 }), replay), {
      numRuns: 4,
    });
  },
  60_000,
);
