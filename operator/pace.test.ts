import { expect, test } from 'vitest';
import { createPace } from './pace.ts';

/** A pace whose every look is followed by a pass that is as late as the next of these. */
function paceOf(latenesses: readonly number[], signal = new AbortController().signal) {
  const coming = [...latenesses];
  let looks = 0;
  const sleep = async () => {
    looks += 1;
    pace.began(coming.shift() ?? 0);
  };
  const pace = createPace({ sleep }, signal);
  return { pace, looks: () => looks };
}

test('before the first pass, and while passes are on time, nothing waits', async () => {
  const { pace, looks } = paceOf([]);
  await pace.untilOnTime();
  pace.began(0.5);
  await pace.untilOnTime();
  expect(looks()).toBe(0);
});

test('what waits goes on once a pass is on time again', async () => {
  const { pace, looks } = paceOf([9, 0.6, 0.1]);
  pace.began(3);
  await pace.untilOnTime();
  expect(looks()).toBe(3);
});

test('once the process stops nothing waits', async () => {
  const { pace, looks } = paceOf([], AbortSignal.abort());
  pace.began(3);
  await pace.untilOnTime();
  expect(looks()).toBe(0);
});
