import { expect, test } from 'vitest';
import { lessonObjection, type Status, statusObjection } from './course.ts';

test.each<{ from: Status; to: Status; lessons: number; allowed: boolean }>([
  { from: 'draft', to: 'published', lessons: 1, allowed: true },
  { from: 'draft', to: 'published', lessons: 0, allowed: false },
  { from: 'draft', to: 'archived', lessons: 1, allowed: false },
  { from: 'published', to: 'archived', lessons: 1, allowed: true },
  { from: 'archived', to: 'published', lessons: 1, allowed: true },
  { from: 'published', to: 'draft', lessons: 1, allowed: false },
  { from: 'archived', to: 'draft', lessons: 1, allowed: false },
  { from: 'published', to: 'published', lessons: 1, allowed: false },
])('$from to $to with $lessons lessons: $allowed', ({ from, to, lessons, allowed }) => {
  expect(statusObjection(from, to, lessons) === undefined).toBe(allowed);
});

const now = new Date('2026-03-01T12:00:00Z');
const open = { isStaff: false, isEnrolled: true, releaseAt: null, openPrerequisites: 0 };

test.each([
  { name: 'enrolled and nothing in the way', gate: open, want: undefined },
  { name: 'not enrolled', gate: { ...open, isEnrolled: false }, want: 'not-enrolled' },
  {
    name: 'released in a moment',
    gate: { ...open, releaseAt: '2026-03-01T12:00:00.001Z' },
    want: 'not-released',
  },
  { name: 'released now', gate: { ...open, releaseAt: '2026-03-01T12:00:00Z' }, want: undefined },
  {
    name: 'a prerequisite open',
    gate: { ...open, openPrerequisites: 1 },
    want: 'prerequisites',
  },
  {
    name: 'staff pass everything',
    gate: {
      isStaff: true,
      isEnrolled: false,
      releaseAt: '2030-01-01T00:00:00Z',
      openPrerequisites: 9,
    },
    want: undefined,
  },
])('$name', ({ gate, want }) => {
  expect(lessonObjection(gate, now)).toBe(want);
});
