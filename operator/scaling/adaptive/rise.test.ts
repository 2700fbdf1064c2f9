import fc from 'fast-check';
import { expect, test } from 'vitest';
import { EMPTY_RING, type Ring, rememberMinute } from './ring.ts';
import { foreseeRises } from './rise.ts';

const DAY = 1440;
/** Noon of the tenth day, in minutes. */
const NOW = 10 * DAY + 720;
const capacityPerReplica = 50;

/** A ring that has seen these loads from `first` on. */
const ringFrom = (first: number, ...loads: readonly number[]): Ring =>
  loads.reduce((ring, load, index) => rememberMinute(ring, first + index, load), EMPTY_RING);

const rises = (ring: Ring, load: number, horizonSeconds = 60) =>
  foreseeRises({
    nowMs: NOW * 60_000,
    load,
    horizonSeconds,
    capacityPerReplica,
    loadBefore: undefined,
    ring,
  });

test.each([
  { name: 'a rise goes on', before: 100, now: 160, horizonSeconds: 120, want: 120 },
  { name: 'a fall is no rise', before: 160, now: 100, horizonSeconds: 120, want: 0 },
  {
    name: 'none within the first minute',
    before: undefined,
    now: 160,
    horizonSeconds: 120,
    want: 0,
  },
  { name: 'half a minute ahead, half the rise', before: 0, now: 10, horizonSeconds: 30, want: 5 },
])('trend: $name', ({ before, now, horizonSeconds, want }) => {
  const view = {
    nowMs: 600_000,
    load: now,
    loadBefore: before,
    horizonSeconds,
    capacityPerReplica,
  };
  expect(foreseeRises({ ...view, ring: EMPTY_RING }).trend).toBe(want);
});

test.each([
  // now and previous 100, then 300: scale (100 + 10) / (100 + 10) = 1
  { name: 'as yesterday, what followed yesterday', load: 100, past: [100, 100, 300], want: 200 },
  // scale (45 + 10) / (100 + 10) = 0.5; 0.5 x 300 - 45
  { name: 'on a quieter day less', load: 45, past: [100, 100, 300], want: 105 },
  // scale 131 / 110, below its limit; 300 x 131 / 110 - 121
  { name: 'on a busier day more', load: 121, past: [100, 100, 300], want: 300 * (131 / 110) - 121 },
  // scale limited to 1.25: min(375, max(300, 200)) - 200
  { name: 'much busier: no more than there was', load: 200, past: [100, 100, 300], want: 100 },
  // the quieter of the two minutes is the base: scale 110 / 60 is limited; min(125, max(100, 100)) - 100
  { name: 'the quieter of two minutes counts', load: 100, past: [50, 100, 100], want: 0 },
  { name: 'a fall is no rise', load: 100, past: [100, 100, 20], want: 0 },
])('season: $name', ({ load, past, want }) => {
  expect(rises(ringFrom(NOW - DAY - 1, ...past), load).day).toBeCloseTo(want, 9);
  expect(rises(ringFrom(NOW - 7 * DAY - 1, ...past), load).week).toBeCloseTo(want, 9);
});

// 0.1 is a little more in 24 bits: a load that repeats itself would be foreseen to rise by what was rounded.
test.each([0.1, 33.3, 1e9])('season: a load that stays at %d does not rise', (load) => {
  expect(rises(ringFrom(NOW - DAY - 1, load, load, load), load).day).toBe(0);
});

test.each([
  { name: 'without history', ring: EMPTY_RING },
  { name: 'without the minute before', ring: ringFrom(NOW - DAY, 100, 300) },
  { name: 'without the minute ahead', ring: ringFrom(NOW - DAY - 1, 100, 100) },
])('season: no rise $name', ({ ring }) => {
  expect(rises(ring, 100)).toMatchObject({ day: 0, week: 0 });
});

test('the horizon reaches into the minute in which it ends', () => {
  const ring = ringFrom(NOW - DAY - 1, 100, 100, 100, 500);
  expect(rises(ring, 100, 119).day).toBe(0);
  expect(rises(ring, 100, 120).day).toBe(400);
});

test('a forecast only ever adds', () => {
  const loads = fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }), {
    minLength: 3,
    maxLength: 5,
  });
  fc.assert(
    fc.property(loads, fc.double({ min: 0, max: 1e6, noNaN: true }), (past, load) => {
      const { trend, day, week } = rises(ringFrom(NOW - DAY - 1, ...past), load);
      expect(Math.min(trend, day, week)).toBeGreaterThanOrEqual(0);
    }),
  );
});
