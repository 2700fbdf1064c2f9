import { expect, test } from 'vitest';
import { adaptiveMemorySchema } from '../../api/adaptive-memory.ts';
import { proposeAdaptively } from './adaptive.ts';
import { type AdaptiveMemory, noAdaptiveMemory } from './memory.ts';
import { EMPTY_RING } from './ring.ts';
import { readAdaptiveMemory, writeAdaptiveMemory } from './written.ts';

const settings = {
  capacityPerReplica: 50,
  syncPeriodSeconds: 5,
  leadTimeSeconds: 45,
  costRatio: 1.03,
  holdSeconds: 180,
  minReplicas: 2,
  maxReplicas: 400,
};

/** After two hours of a load that waves. */
function lived(): AdaptiveMemory {
  let memory = noAdaptiveMemory(0, settings);
  for (let second = 0; second < 7200; second += 5) {
    const load = 300 + 200 * Math.sin(second / 300) + (second % 35);
    const view = {
      nowMs: second * 1000,
      sampleAtMs: second * 1000 - 5000,
      load,
      currentReplicas: 9,
    };
    memory = proposeAdaptively(view, settings, memory).memory;
  }
  return memory;
}

test('what is kept survives being written, sent as JSON and read, bit by bit', () => {
  const memory = lived();
  const sent: unknown = JSON.parse(JSON.stringify(writeAdaptiveMemory(memory)));
  const read = readAdaptiveMemory(adaptiveMemorySchema.parse(sent));
  expect(read.kept).toEqual(memory.kept);
  expect(read.ring).toEqual(EMPTY_RING);
});

test('what is kept fits into a status', () => {
  expect(JSON.stringify(writeAdaptiveMemory(lived())).length).toBeLessThan(8000);
});

test('memory of nothing can be written too', () => {
  const nothing = noAdaptiveMemory(1000, settings);
  const written = adaptiveMemorySchema.parse(writeAdaptiveMemory(nothing));
  expect(readAdaptiveMemory(written)).toEqual(nothing);
});
