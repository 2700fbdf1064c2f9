import fc from 'fast-check';
import { expect, test } from 'vitest';
import { deadlineOf, mayReview, phaseAt } from './clock.ts';
import { drawQuestions, shuffleOptions } from './draw.ts';

const start = new Date('2026-05-01T12:00:00Z');
const after = (seconds: number) => new Date(start.getTime() + seconds * 1000);

test.each([
  { limit: null, closesAt: null, want: null },
  { limit: 60, closesAt: null, want: after(60) },
  { limit: null, closesAt: after(90), want: after(90) },
  { limit: 60, closesAt: after(90), want: after(60) },
  { limit: 60, closesAt: after(30), want: after(30) },
])('limit $limit, closes $closesAt: until $want', ({ limit, closesAt, want }) => {
  expect(deadlineOf(start, { timeLimitSeconds: limit, closesAt })).toEqual(want);
});

test.each([
  { second: 60, phase: 'running' },
  { second: 60.001, phase: 'late' },
  { second: 90, phase: 'late' },
  { second: 90.001, phase: 'over' },
])('second $second of 60 with 30 of grace is $phase', ({ second, phase }) => {
  expect(phaseAt({ deadlineAt: after(60), lateGraceSeconds: 30 }, after(second))).toBe(phase);
});

test('without a deadline it never ends', () => {
  expect(phaseAt({ deadlineAt: null, lateGraceSeconds: 0 }, after(1e9))).toBe('running');
});

test.each([
  { status: 'open', reviewPolicy: 'graded', closesAt: null, may: false },
  { status: 'submitted', reviewPolicy: 'graded', closesAt: null, may: false },
  { status: 'graded', reviewPolicy: 'graded', closesAt: null, may: true },
  { status: 'graded', reviewPolicy: 'never', closesAt: null, may: false },
  { status: 'graded', reviewPolicy: 'closed', closesAt: null, may: false },
  { status: 'graded', reviewPolicy: 'closed', closesAt: after(1), may: false },
  { status: 'graded', reviewPolicy: 'closed', closesAt: start, may: true },
] as const)('$status, $reviewPolicy, closes $closesAt: $may', ({ status, may, ...quiz }) => {
  expect(mayReview({ status }, quiz, start)).toBe(may);
});

const randoms = fc.infiniteStream(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }));

test('a draw has as many different questions as asked for, in order unless shuffled', () => {
  fc.assert(
    fc.property(fc.nat(20), fc.nat(25), fc.boolean(), randoms, (length, drawCount, shuffle, r) => {
      const questions = Array.from({ length }, (_, index) => index);
      const drawn = drawQuestions(questions, { drawCount, shuffle }, () => r.next().value ?? 0);
      expect(new Set(drawn).size).toBe(Math.min(length, drawCount));
      if (!shuffle) expect(drawn).toEqual([...drawn].sort((a, b) => a - b));
    }),
  );
});

test('shuffled options are the same for one attempt and differ between attempts', () => {
  const options = Array.from({ length: 8 }, (_, index) => ({ id: `o${index}`, text: '' }));
  const first = shuffleOptions(options, 'attempt 1');
  expect(shuffleOptions(options.toReversed(), 'attempt 1')).toEqual(first);
  expect(shuffleOptions(options, 'attempt 2')).not.toEqual(first);
  expect(new Set(first)).toEqual(new Set(options));
});
