import { expect, test } from 'vitest';
import { noAdaptiveMemory } from './memory.ts';
import { minutesOf, prime } from './prime.ts';
import { EMPTY_RING, highestIn, rememberMinutes } from './ring.ts';
import { trustIn } from './trust.ts';

const settings = {
  capacityPerReplica: 50,
  syncPeriodSeconds: 5,
  leadTimeSeconds: 45,
  costRatio: 1.03,
  holdSeconds: 180,
  minReplicas: 2,
  maxReplicas: 400,
};
/** Every minute of some days. */
const historyOf = (days: number, load: (minute: number) => number) =>
  rememberMinutes(
    EMPTY_RING,
    Array.from({ length: days * 1440 }, (_, minute) => [minute, load(minute)] as const),
  );
const lessons = (minute: number) => (minute % 1440 >= 600 && minute % 60 < 45 ? 1000 : 200);
const noMemory = noAdaptiveMemory(8 * 86_400_000, settings);

test('a point at the end of a minute is that minute’s', () => {
  expect(minutesOf([{ atMs: 120_000, load: 7 }])).toEqual([[1, 7]]);
});

test('seasons that came true are believed from the start', () => {
  const { kept, ring } = prime(noMemory, historyOf(8, lessons), settings);
  expect(trustIn(kept.records, 'day')).toBeGreaterThan(0.9);
  expect(trustIn(kept.records, 'week')).toBeGreaterThan(0.9);
  expect(highestIn(ring, 7 * 1440 + 600)).toBe(1000);
});

test('seasons that did not come true are not', () => {
  const once = (minute: number) => (minute === 5000 ? 1000 : 200);
  const { kept } = prime(noMemory, historyOf(8, once), settings);
  expect(trustIn(kept.records, 'day')).toBe(0);
});

test('a record of its own is kept, and so is what was seen since', () => {
  const records = { ...noMemory.kept.records, day: { hit: 1, square: 2 } };
  const memory = {
    kept: { ...noMemory.kept, records },
    ring: rememberMinutes(EMPTY_RING, [[1439, 5]]),
  };
  const primed = prime(memory, historyOf(8, lessons), settings);
  expect(primed.kept.records.day).toEqual(records.day);
  expect(trustIn(primed.kept.records, 'week')).toBeGreaterThan(0.9);
  expect(highestIn(primed.ring, 1439)).toBe(5);
});

test('no history, no season', () => {
  const primed = prime(noMemory, EMPTY_RING, settings);
  expect(primed).toEqual(noMemory);
});
