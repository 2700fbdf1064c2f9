import { expect, test } from 'vitest';
import { mostReplicas, replicasForAverage, replicasForValue } from './replicas.ts';

const tenth = { up: 0.1, down: 0.1 };

test.each([
  { name: 'doubles when load doubles', load: 600, current: 3, want: 6 },
  { name: 'rounds up', load: 601, current: 3, want: 7 },
  { name: 'stays at the upper end of tolerance', load: 330, current: 3, want: 3 },
  { name: 'rises a thousandth above it', load: 330.001, current: 3, want: 4 },
  { name: 'stays at the lower end of tolerance', load: 270, current: 3, want: 3 },
  { name: 'falls a thousandth below it', load: 179.999, current: 2, want: 2 },
  { name: 'falls to what is needed', load: 101, current: 9, want: 2 },
  { name: 'falls to none without load', load: 0, current: 9, want: 0 },
  { name: 'wakes from zero when there is load', load: 1, current: 0, want: 1 },
  { name: 'stays at zero without load', load: 0, current: 0, want: 0 },
  {
    name: 'counts in thousandths, so that no binary noise adds a pod',
    load: 0.1 + 0.2,
    target: 0.1,
    want: 3,
  },
  { name: 'never exceeds what the API can hold', load: 1e18, current: 3, want: mostReplicas },
])('AverageValue $name', ({ load, target = 100, current = 0, want }) => {
  expect(replicasForAverage(load, target, current, tenth)).toBe(want);
});

test.each([
  { name: 'asks for the ratio of those that are ready', value: 200, ready: 3, want: 6 },
  { name: 'does not count those that start', value: 200, ready: 1, want: 2 },
  { name: 'stays within tolerance', value: 110, ready: 1, want: 4 },
  { name: 'falls in proportion', value: 25, ready: 4, want: 1 },
  { name: 'asks for none with none ready, as the HPA does', value: 500, ready: 0, want: 0 },
  { name: 'asks for the bare ratio from zero', value: 250, current: 0, ready: 0, want: 3 },
])('Value $name', ({ value, current = 4, ready, want }) => {
  expect(replicasForValue(value, 100, current, ready, tenth)).toBe(want);
});

test('tolerance differs by direction', () => {
  const upOnly = { up: 0.5, down: 0 };
  expect(replicasForAverage(449, 100, 3, upOnly)).toBe(3);
  expect(replicasForAverage(299, 100, 4, upOnly)).toBe(3);
});
