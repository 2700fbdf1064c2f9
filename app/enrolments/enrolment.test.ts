import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  type Action,
  freeSeats,
  nextStatus,
  objectionToEnrol,
  type Status,
  seatIsFree,
  statuses,
} from './enrolment.ts';

test.each<{ from: Status | undefined; action: Action; free: boolean; to: Status | undefined }>([
  { from: undefined, action: 'seat', free: true, to: 'active' },
  { from: undefined, action: 'seat', free: false, to: 'waitlisted' },
  { from: undefined, action: 'invite', free: false, to: 'invited' },
  { from: 'invited', action: 'seat', free: true, to: 'active' },
  { from: 'invited', action: 'accept', free: false, to: 'waitlisted' },
  { from: 'withdrawn', action: 'accept', free: true, to: undefined },
  { from: 'waitlisted', action: 'promote', free: true, to: 'active' },
  { from: 'waitlisted', action: 'promote', free: false, to: undefined },
  { from: 'active', action: 'seat', free: true, to: undefined },
  { from: 'active', action: 'complete', free: false, to: 'completed' },
  { from: 'active', action: 'expire', free: false, to: 'expired' },
  { from: 'expired', action: 'seat', free: true, to: 'active' },
  { from: 'withdrawn', action: 'seat', free: false, to: 'waitlisted' },
  { from: 'waitlisted', action: 'complete', free: true, to: undefined },
  { from: 'invited', action: 'withdraw', free: true, to: 'withdrawn' },
])('$from, $action, seat free: $free -> $to', ({ from, action, free, to }) => {
  expect(nextStatus(from, action, free)).toBe(to);
});

const actions: readonly Action[] = [
  'invite',
  'seat',
  'accept',
  'promote',
  'withdraw',
  'complete',
  'expire',
];

test('a completed enrolment stays completed, whatever happens', () => {
  for (const action of actions) expect(nextStatus('completed', action, true)).toBeUndefined();
});

test('nothing becomes active while no seat is free', () => {
  const from = fc.option(fc.constantFrom(...statuses), { nil: undefined });
  fc.assert(
    fc.property(from, fc.constantFrom(...actions), (status, action) => {
      expect(nextStatus(status, action, false)).not.toBe('active');
    }),
  );
});

test.each([
  { name: 'no bound', capacity: null, seatsTaken: 7, waiting: 0, free: true },
  { name: 'room left', capacity: 3, seatsTaken: 2, waiting: 0, free: true },
  { name: 'full', capacity: 3, seatsTaken: 3, waiting: 0, free: false },
  { name: 'room, but somebody waits for it', capacity: 3, seatsTaken: 2, waiting: 1, free: false },
  { name: 'more room than waiters', capacity: 4, seatsTaken: 2, waiting: 1, free: true },
])('$name: $free', ({ capacity, seatsTaken, waiting, free }) => {
  expect(seatIsFree({ capacity, seatsTaken }, waiting)).toBe(free);
});

test('a capacity below the seats taken leaves none free', () => {
  expect(freeSeats({ capacity: 1, seatsTaken: 2 })).toBe(0);
});

const now = new Date('2026-05-01T12:00:00Z');
const open = { status: 'published', endsAt: null, priceMinor: 0 } as const;

test.each([
  { name: 'open', offer: open, by: 'learner', code: undefined },
  { name: 'priced', offer: { ...open, priceMinor: 100 }, by: 'learner', code: 'payment-required' },
  {
    name: 'priced, by teacher',
    offer: { ...open, priceMinor: 100 },
    by: 'teacher',
    code: undefined,
  },
  { name: 'over', offer: { ...open, endsAt: now }, by: 'teacher', code: 'course-over' },
  {
    name: 'archived',
    offer: { ...open, status: 'archived' },
    by: 'teacher',
    code: 'course-archived',
  },
] as const)('$name: $code', ({ offer, by, code }) => {
  expect(objectionToEnrol(offer, by, now)?.code).toBe(code);
});
