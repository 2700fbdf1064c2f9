import { expect, test } from 'vitest';
import { isLate } from './shedding.ts';

test.each([
  { name: 'late for a whole second', delays: [1200, 1500, 1100, 3000], late: true },
  { name: 'one long pause', delays: [0, 5000, 0, 0], late: false },
  { name: 'busy but in time', delays: [900, 900, 900, 900], late: false },
  { name: 'just started', delays: [5000, 5000], late: false },
])('$name: $late', ({ delays, late }) => {
  expect(isLate(delays)).toBe(late);
});
