import { expect, test } from 'vitest';
import {
  leadTimeOf,
  learnLeadTimes,
  noLeadTimes,
  readLeadTimes,
  recordOrder,
  writeLeadTimes,
} from './lead-time.ts';

const second = (seconds: number) => Date.parse('2026-11-21T10:00:00Z') + seconds * 1000;
const pod = (created: number, ready: number) => ({
  createdAtMs: second(created),
  readyAtMs: second(ready),
});
const learned = (...pods: readonly ReturnType<typeof pod>[]) => learnLeadTimes(noLeadTimes, pods);

test('nothing is known before a pod became Ready', () => {
  expect(leadTimeOf(noLeadTimes)).toBeUndefined();
  expect(writeLeadTimes(noLeadTimes)).toEqual({});
});

interface Case {
  readonly name: string;
  readonly ordered?: number;
  readonly created: number;
  readonly ready: number;
  readonly want: readonly number[];
}

test.each<Case>([
  { name: 'without an order: from creation', created: 10, ready: 22, want: [12] },
  { name: 'from its order', ordered: 8.5, created: 10, ready: 22, want: [13.5] },
  { name: 'an order in the second of creation', ordered: 10.9, created: 10, ready: 22, want: [12] },
  { name: 'an order after creation', ordered: 11, created: 10, ready: 22, want: [12] },
  { name: 'an order 30 s before: a rollout', ordered: -20, created: 10, ready: 22, want: [12] },
  { name: 'as long as counts', created: 0, ready: 900, want: [900] },
  { name: 'longer: readiness came back', created: 0, ready: 901, want: [] },
])('$name', ({ ordered, created, ready, want }) => {
  const known = ordered === undefined ? noLeadTimes : recordOrder(noLeadTimes, second(ordered));
  expect(learnLeadTimes(known, [pod(created, ready)]).seconds).toEqual(want);
});

test('each pod counts once, however often it is seen', () => {
  const once = learned(pod(0, 12));
  expect(learnLeadTimes(once, [pod(0, 12)])).toBe(once);
  expect(learnLeadTimes(once, [pod(0, 12), pod(5, 15)]).seconds).toEqual([12, 10]);
});

test('nine pods in ten were as fast', () => {
  const ten = learned(...[1, 2, 3, 4, 5, 6, 7, 8, 9, 60].map((ready) => pod(0, ready)));
  expect(leadTimeOf(ten)).toBe(9);
  expect(leadTimeOf(learned(pod(0, 7)))).toBe(7);
  expect(leadTimeOf(learned(pod(0, 0)))).toBe(1);
});

test('the last thirty count, so that a new image is known by and by', () => {
  const slow = learned(...Array.from({ length: 30 }, (_, index) => pod(index, index + 40)));
  const fast = Array.from({ length: 30 }, (_, index) => pod(100 + index, 105 + index));
  const both = learnLeadTimes(slow, fast);
  expect(both.seconds).toEqual(Array.from({ length: 30 }, () => 5));
});

test('a restart forgets no sample and counts no pod twice', () => {
  const known = recordOrder(learned(pod(0, 12), pod(0, 14)), second(20));
  const again = readLeadTimes(writeLeadTimes(known));
  expect(again).toEqual({ ...known, ordersMs: [] });
  expect(learnLeadTimes(again, [pod(0, 12), pod(0, 14)])).toBe(again);
});

test('few orders are kept', () => {
  let known = noLeadTimes;
  for (let index = 0; index < 100; index += 1) known = recordOrder(known, second(index));
  expect(known.ordersMs).toHaveLength(10);
});
