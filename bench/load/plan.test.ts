import { expect, test } from 'vitest';
import { arrivalsOf, parsePlan } from './plan.ts';

const steps = [
  { atSeconds: 0, perSecond: 10 },
  { atSeconds: 10, perSecond: 100 },
  { atSeconds: 20, perSecond: 0 },
];

test('constant arrivals come exactly as often as the steps say', () => {
  const plan = parsePlan({ arrivals: 'constant', durationSeconds: 30, browse: steps });
  const times = [...arrivalsOf(plan)].map(({ atMs }) => atMs);
  expect(times.filter((at) => at < 10_000)).toHaveLength(99);
  expect(times.filter((at) => at >= 10_000)).toHaveLength(999);
  expect(times.at(-1)).toBeLessThan(20_000);
});

test('independent visitors come about as often, in order, the same for the same seed', () => {
  const plan = parsePlan({ durationSeconds: 30, browse: steps, seed: 7 });
  const times = [...arrivalsOf(plan)].map(({ atMs }) => atMs);
  expect(times.length).toBeGreaterThan(1100 - 4 * Math.sqrt(1100));
  expect(times.length).toBeLessThan(1100 + 4 * Math.sqrt(1100));
  expect(times).toEqual(times.toSorted((a, b) => a - b));
  expect([...arrivalsOf(plan)].map(({ atMs }) => atMs)).toEqual(times);
  const other = [...arrivalsOf({ ...plan, seed: 8 })].map(({ atMs }) => atMs);
  expect(other).not.toEqual(times);
});

test('both streams are merged by time', () => {
  const essays = [{ atSeconds: 5, perSecond: 20 }];
  const plan = parsePlan({ durationSeconds: 10, browse: steps, essays });
  const arrivals = [...arrivalsOf(plan)];
  const times = arrivals.map(({ atMs }) => atMs);
  expect(times).toEqual(times.toSorted((a, b) => a - b));
  expect(arrivals.find(({ stream }) => stream === 'essays')?.atMs).toBeGreaterThan(5000);
  expect(arrivals.some(({ stream }) => stream === 'browse')).toBe(true);
});

test('visits are bounded in number and time', () => {
  expect([...arrivalsOf(parsePlan({ browse: steps, maxVisits: 17 }))]).toHaveLength(17);
  const short = parsePlan({ durationSeconds: 3, browse: steps });
  expect([...arrivalsOf(short)].every(({ atMs }) => atMs < 3000)).toBe(true);
});

test.each([
  [{ durationSeconds: 999_999 }, 'durationSeconds is 999999, expected 1 to 3600'],
  [{ arrivals: 'bursty' }, 'arrivals is bursty'],
  [{ browse: [{ atSeconds: 0, perSecond: 99_999 }] }, 'browse[0]'],
  [{ essays: [...steps, { atSeconds: 1, perSecond: 1 }] }, 'essays[3]'],
  [{ users: 3 }, 'users unknown'],
])('%o is refused', (json, message) => {
  expect(() => parsePlan(json)).toThrow(message);
});
