import { expect, test } from 'vitest';
import {
  behaviorRules,
  fewestByPolicies,
  mostByPolicies,
  policiesLetGoMs,
  stabilize,
} from './behavior.ts';

const now = 1_000_000_000;
const ago = (seconds: number) => now - seconds * 1000;
const defaults = behaviorRules({});

test('the defaults are the HPA’s', () => {
  expect(defaults).toEqual({
    up: {
      windowMs: 0,
      selectPolicy: 'Max',
      tolerance: 0.1,
      policies: [
        { type: 'Pods', value: 4, periodSeconds: 15 },
        { type: 'Percent', value: 100, periodSeconds: 15 },
      ],
    },
    down: {
      windowMs: 300_000,
      selectPolicy: 'Max',
      tolerance: 0.1,
      policies: [{ type: 'Percent', value: 100, periodSeconds: 15 }],
    },
  });
});

test('what is written replaces its default and leaves the others', () => {
  const { up, down } = behaviorRules({
    scaleDown: { selectPolicy: 'Min', stabilizationWindowSeconds: 60 },
  });
  expect(up).toEqual(defaults.up);
  expect(down).toEqual({ ...defaults.down, selectPolicy: 'Min', windowMs: 60_000 });
});

const windows = behaviorRules({ scaleUp: { selectPolicy: 'Max', stabilizationWindowSeconds: 60 } });

test.each([
  { name: 'rises to what was always asked', asked: 9, past: [[30, 8]], want: 8 },
  {
    name: 'rises no higher than the lowest in the up window',
    asked: 9,
    past: [
      [59, 6],
      [20, 8],
    ],
    want: 6,
  },
  { name: 'does not fall because of a low one', asked: 9, past: [[10, 2]], want: 5 },
  { name: 'forgets a low one as old as the window', asked: 9, past: [[60, 6]], want: 9 },
  {
    name: 'keeps the highest in the down window',
    asked: 2,
    past: [
      [299, 4],
      [20, 3],
    ],
    want: 4,
  },
  { name: 'holds at current below a higher one', asked: 2, past: [[20, 9]], want: 5 },
  { name: 'forgets a high one as old as the window', asked: 2, past: [[300, 9]], want: 2 },
  {
    name: 'stays where it is asked to',
    asked: 5,
    past: [
      [10, 9],
      [5, 2],
    ],
    want: 5,
  },
])('$name', ({ asked, past, want }) => {
  const proposals = past.map(([seconds = 0, replicas = 0]) => ({ atMs: ago(seconds), replicas }));
  expect(stabilize(asked, 5, proposals, windows, now).replicas).toBe(want);
});

test('a hold says when it ends: when the last proposal that holds leaves the window', () => {
  const proposals = [
    { atMs: ago(200), replicas: 9 },
    { atMs: ago(100), replicas: 6 },
    { atMs: ago(50), replicas: 3 },
  ];
  expect(stabilize(2, 5, proposals, defaults, now)).toEqual({
    replicas: 5,
    heldBy: proposals[1],
    untilMs: ago(100) + 300_000,
  });
});

const rules = (selectPolicy: 'Max' | 'Min' | 'Disabled', ...policies: [string, number, number][]) =>
  ({
    ...defaults.up,
    selectPolicy,
    policies: policies.map(([type, value, periodSeconds]) => ({
      type: type === 'Pods' ? ('Pods' as const) : ('Percent' as const),
      value,
      periodSeconds,
    })),
  }) as const;
const event = (seconds: number, change: number) => ({ atMs: ago(seconds), change });

test.each([
  { name: 'Max takes the larger', rules: defaults.up, current: 3, want: 7 },
  { name: 'Max takes the larger of many', rules: defaults.up, current: 30, want: 60 },
  {
    name: 'Min takes the smaller',
    rules: rules('Min', ['Pods', 4, 15], ['Percent', 100, 15]),
    current: 3,
    want: 6,
  },
  { name: 'Disabled stays', rules: rules('Disabled', ['Pods', 4, 15]), current: 3, want: 3 },
  { name: 'Percent rounds up', rules: rules('Max', ['Percent', 10, 15]), current: 1, want: 2 },
  {
    name: 'own additions in the period count',
    rules: rules('Max', ['Pods', 4, 60]),
    current: 10,
    events: [event(30, 3)],
    want: 11,
  },
  {
    name: 'own removals in the period count',
    rules: rules('Max', ['Pods', 4, 60]),
    current: 10,
    events: [event(30, -3)],
    want: 17,
  },
  {
    name: 'an event as old as the period is out',
    rules: rules('Max', ['Pods', 4, 60]),
    current: 10,
    events: [event(60, 3)],
    want: 14,
  },
  {
    name: 'a used-up period never goes below current',
    rules: rules('Max', ['Pods', 4, 60]),
    current: 10,
    events: [event(5, 9)],
    want: 10,
  },
])('up: $name', ({ rules, current, events = [], want }) => {
  expect(mostByPolicies(current, events, rules, now)).toBe(want);
});

test.each([
  { name: 'all at once by default', rules: defaults.down, current: 9, want: 0 },
  {
    name: 'Percent cuts off what is left',
    rules: rules('Max', ['Percent', 50, 15]),
    current: 3,
    want: 1,
  },
  {
    name: 'Max removes more',
    rules: rules('Max', ['Percent', 10, 15], ['Pods', 5, 15]),
    current: 20,
    want: 15,
  },
  {
    name: 'Min removes less',
    rules: rules('Min', ['Percent', 10, 15], ['Pods', 5, 15]),
    current: 20,
    want: 18,
  },
  { name: 'Disabled stays', rules: rules('Disabled', ['Pods', 4, 15]), current: 9, want: 9 },
  {
    name: 'own removals in the period count',
    rules: rules('Max', ['Pods', 4, 60]),
    current: 10,
    events: [event(30, -3)],
    want: 9,
  },
  {
    name: 'own additions in the period count',
    rules: rules('Max', ['Pods', 4, 60]),
    current: 10,
    events: [event(30, 3)],
    want: 3,
  },
  {
    name: 'a used-up period never goes above current',
    rules: rules('Max', ['Pods', 4, 60]),
    current: 10,
    events: [event(5, -9)],
    want: 10,
  },
])('down: $name', ({ rules, current, events = [], want }) => {
  expect(fewestByPolicies(current, events, rules, now)).toBe(want);
});

test('policies let go when the first event leaves its period', () => {
  const minute = rules('Max', ['Pods', 4, 60]);
  expect(policiesLetGoMs([event(50, 3), event(20, 1)], minute, now)).toBe(now + 10_000);
  expect(policiesLetGoMs([], minute, now)).toBe(now + 60_000);
  expect(policiesLetGoMs([], rules('Disabled', ['Pods', 4, 60]), now)).toBeUndefined();
});
