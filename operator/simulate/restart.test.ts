import { expect, test } from 'vitest';
import { adaptiveMemorySchema } from '../api/adaptive-memory.ts';
import { proposeAdaptively } from '../scaling/adaptive/adaptive.ts';
import { type AdaptiveMemory, noAdaptiveMemory } from '../scaling/adaptive/memory.ts';
import { prime } from '../scaling/adaptive/prime.ts';
import { readAdaptiveMemory, writeAdaptiveMemory } from '../scaling/adaptive/written.ts';
import { generate } from './generate.ts';
import { rateAt, type Trace } from './trace.ts';

const settings = {
  capacityPerReplica: 50,
  syncPeriodSeconds: 5,
  leadTimeSeconds: 45,
  costRatio: 1.03,
  holdSeconds: 180,
  minReplicas: 2,
  maxReplicas: 400,
};
const DAY_SECONDS = 86_400;
const FIRST_DAYS = 8;

function generated(description: string): Trace {
  const trace = generate(description);
  if (!trace) throw new Error(`no trace ${description}`);
  return trace;
}

const readAt = (trace: Trace, second: number) => rateAt(trace, second, 30, 5);

function pass(trace: Trace, second: number, currentReplicas: number, memory: AdaptiveMemory) {
  const nowMs = trace.startMs + second * 1000;
  const view = { nowMs, sampleAtMs: nowMs - 5000, load: readAt(trace, second), currentReplicas };
  const proposal = proposeAdaptively(view, settings, memory);
  return { replicas: Math.max(settings.minReplicas, proposal.replicas), memory: proposal.memory };
}

/** What a range query says at `second`: the highest rate of each minute before it, eight days back. */
function historyAt(trace: Trace, second: number) {
  const last = second - (second % 60);
  const minutes = Math.min(8 * 1440, last / 60);
  return Array.from({ length: minutes }, (_, index) => {
    const begin = last - (minutes - index) * 60;
    const moments = Array.from({ length: 12 }, (_, moment) => begin + moment * 5);
    const load = Math.max(...moments.map((moment) => readAt(trace, moment)));
    return { atMs: trace.startMs + (begin + 55) * 1000, load };
  });
}

test('a restart in a day’s replay changes fewer than 1 % of later decisions, none by more than one', () => {
  const trace = generated(`lms:5:${FIRST_DAYS + 1}`);
  const begin = FIRST_DAYS * DAY_SECONDS;
  let now = { replicas: 2, memory: noAdaptiveMemory(trace.startMs, settings) };
  for (let second = 0; second < begin; second += 5) {
    now = pass(trace, second, now.replicas, now.memory);
  }
  const seen = [now];
  for (let second = begin; second < begin + DAY_SECONDS; second += 5) {
    now = pass(trace, second, now.replicas, now.memory);
    seen.push(now);
  }
  expect(new Set(seen.map(({ replicas }) => replicas)).size).toBeGreaterThan(10);

  for (const restart of [7, 5003, 11_111]) {
    const written: unknown = JSON.parse(
      JSON.stringify(writeAdaptiveMemory(seen[restart]?.memory ?? now.memory)),
    );
    const read = readAdaptiveMemory(adaptiveMemorySchema.parse(written));
    let memory = prime(read, historyAt(trace, begin + restart * 5), settings);
    const apart: number[] = [];
    for (let index = restart; index < seen.length - 1; index += 1) {
      const after = pass(trace, begin + index * 5, seen[index]?.replicas ?? 0, memory);
      memory = after.memory;
      apart.push(Math.abs(after.replicas - (seen[index + 1]?.replicas ?? 0)));
    }
    expect(Math.max(...apart)).toBeLessThanOrEqual(1);
    expect(apart.filter((one) => one > 0).length).toBeLessThan(0.01 * apart.length);
  }
}, 30_000);
