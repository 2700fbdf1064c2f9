import { expect, test } from 'vitest';
import { generate, kinds } from './generate.ts';
import { sumBefore, type Trace } from './trace.ts';

const HOUR = 3600;
const sameLoads = (one: Float64Array, other: Float64Array) =>
  Buffer.from(one.buffer).equals(Buffer.from(other.buffer));
const meanOf = (trace: Trace, from: number, to: number) =>
  (sumBefore(trace, to) - sumBefore(trace, from)) / (to - from);
const generated = (description: string): Trace => {
  const trace = generate(description);
  if (!trace) throw new Error(`no trace ${description}`);
  return trace;
};

test.each(kinds())('%s is decided by its seed', (kind) => {
  const { loads } = generated(`${kind}:5:1`);
  expect(loads.length).toBe(86_400);
  expect(sameLoads(loads, generated(`${kind}:5:1`).loads)).toBe(true);
  expect(sameLoads(loads, generated(`${kind}:6:1`).loads)).toBe(false);
  expect(loads.every((load) => Number.isInteger(load) && load >= 0)).toBe(true);
});

test.each(['lms', 'lms:', 'lms:1:', 'lms:x', 'school:1', 'constructor:1', 'trace.csv'])(
  '%s is no description',
  (text) => {
    expect(generate(text)).toBeUndefined();
  },
);

test.each(['sine:1:0', 'sine:1:93'])('%s has no such length', (text) => {
  expect(() => generate(text)).toThrow('days must be 1 to 92');
});

test.each([
  {
    name: 'a step stays, then rises at once',
    kind: 'step',
    from: 2 * HOUR,
    before: 100,
    after: 800,
  },
  { name: 'a ramp turns at the hour', kind: 'ramp', from: HOUR, before: 794, after: 794 },
  { name: 'a wave is highest at noon', kind: 'sine', from: 12 * HOUR, before: 800, after: 800 },
])('$name', ({ kind, from, before, after }) => {
  const trace = generated(`${kind}:1:1`);
  expect(Math.abs(meanOf(trace, from - 60, from) - before)).toBeLessThan(15);
  expect(Math.abs(meanOf(trace, from, from + 60) - after)).toBeLessThan(15);
});

test('a school is busy in lessons, calmer between them, quiet at night and at weekends', () => {
  const trace = generated('lms:1:14');
  const over = (day: number, hour: number, minutes: number) =>
    meanOf(trace, day * 24 * HOUR + hour * HOUR, day * 24 * HOUR + hour * HOUR + minutes * 60);
  const weeks = [0, 1].flatMap((week) => [0, 1, 2, 3, 4].map((day) => 7 * week + day));
  const lessons = weeks.map((day) => over(day, 10, 20)).sort((a, b) => a - b);
  expect(lessons[5]).toBeGreaterThan(4 * over(5, 10, 20));
  expect(lessons[5]).toBeGreaterThan(4 * over(1, 3, 20));
  expect(over(1, 10, 10)).toBeGreaterThan(2 * over(1, 10 + 51 / 60, 8));
});

test('a crowd comes within half a minute', () => {
  const trace = generated('flash:1:1');
  const steepest = Array.from(
    { length: 86_400 - 60 },
    (_, second) => meanOf(trace, second + 30, second + 60) - meanOf(trace, second, second + 30),
  );
  expect(Math.max(...steepest)).toBeGreaterThan(200);
});
