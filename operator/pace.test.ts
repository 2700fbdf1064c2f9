import { expect, test } from 'vitest';
import { createPace } from './pace.ts';
import { createVirtualTiming } from './testing/virtual-timing.ts';

/** A pace in virtual time whose looks find the event loop as busy as the next of these. */
function paceOf(busyShares: readonly number[] = [], signal = new AbortController().signal) {
  const coming = [...busyShares];
  const timing = createVirtualTiming();
  const pace = createPace(timing, signal, () => coming.shift() ?? 0);
  /** When it was time to spare, in seconds; undefined: it is not yet. */
  const spare = async (within: number) => {
    let atMs: number | undefined;
    void pace.untilSpare().then(() => {
      atMs = timing.monotonicMs();
    });
    await timing.advance(within * 1000);
    return atMs === undefined ? undefined : atMs / 1000;
  };
  return { pace, timing, spare };
}

test('before the first pass, and while passes are on time, nothing waits', async () => {
  const { pace, spare } = paceOf();
  expect(await spare(0)).toBe(0);
  pace.began(0.5);
  expect(await spare(0)).toBe(0);
});

test('what waits goes on within a second after a pass was on time again', async () => {
  const { pace, timing, spare } = paceOf();
  pace.began(3);
  expect(await spare(2)).toBeUndefined();
  pace.began(0.1);
  await timing.advance(1000);
  expect(await spare(0)).toBe(3);
});

test('a busy event loop has no time to spare until a second has passed in which it was not', async () => {
  const { timing, spare } = paceOf([0.9, 0.8, 0.6]);
  await timing.advance(900);
  expect(await spare(0.1)).toBe(0.9);
  expect(await spare(5)).toBe(3);
});

test('once the process stops nothing waits', async () => {
  const { pace, spare } = paceOf([], AbortSignal.abort());
  pace.began(3);
  expect(await spare(0)).toBe(0);
});
