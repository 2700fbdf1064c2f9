/** GUARD: objective 0.1, window 60 s, lead time 45 s, the HPA's policies: 4 pods or 100 % in 15 s, whichever is more. */
import { expect, test } from 'vitest';
import { conditionsOf } from './conditions.ts';
import { decide } from './decide.ts';
import { eventsOf } from './events.ts';
import { type Memory, noMemory, recordScale } from './memory.ts';
import type { GuardReadings } from './observation.ts';
import type { FailureReason } from './reading.ts';
import { failedReading, good, observe, specOf, start } from './testing/scenario.ts';

const latency = { name: 'latency', query: 'p95', objective: '0.1', windowSeconds: 60 };
const none = { stabilizationWindowSeconds: 0 };

/** One target with a load for `load / 10` replicas and a latency, looked at as often as asked. */
class Guarded {
  memory: Memory;
  nowMs = start;
  replicas: number;
  load: number;
  readonly changes: object;

  constructor(replicas: number, changes: object = {}, load = replicas * 10) {
    this.replicas = replicas;
    this.load = load;
    this.changes = changes;
    this.memory = { ...noMemory, proposals: [{ atMs: start - 1000, replicas: 1 }] };
  }

  /** A pass `seconds` after the last one. */
  after(seconds: number, value: number | FailureReason, unless?: number | FailureReason) {
    this.nowMs += seconds * 1000;
    const readings: GuardReadings = {
      value: this.reading(value),
      ...(unless !== undefined && { unless: this.reading(unless) }),
    };
    const spec = specOf({ guard: [latency], behavior: { scaleDown: none }, ...this.changes });
    const observed = observe(this.nowMs, this.replicas, { load: this.load });
    const observation = { ...observed, guardReadings: { latency: readings } };
    const { decision, memory } = decide(spec, observation, this.memory);
    const change = spec.mode === 'Observe' ? 0 : decision.desiredReplicas - this.replicas;
    this.memory = change === 0 ? memory : recordScale(memory, this.nowMs, change);
    this.replicas += change;
    const reasons = decision.limits.map(({ reason }) => reason);
    return { decision, reasons, replicas: decision.desiredReplicas };
  }

  /** As if the last pass had left this count. */
  scaleTo(replicas: number) {
    this.replicas = replicas;
    this.memory = { ...this.memory, replicas };
  }

  private reading(value: number | FailureReason) {
    return typeof value === 'number' ? good(value, this.nowMs) : failedReading(value);
  }
}

function stateOf({ decision }: ReturnType<Guarded['after']>): string | undefined {
  return decision.watches?.[0]?.state;
}

test.each([
  { name: 'at its objective it is met', value: 0.1, state: 'Met' },
  { name: 'above it, it is missed', value: 0.101, state: 'Missed' },
  { name: 'without a reading nobody knows', value: 'absent' as const, state: 'Unknown' },
])('$name', ({ value, state }) => {
  const pass = new Guarded(4).after(0, value);
  expect(stateOf(pass)).toBe(state);
  expect(pass.replicas).toBe(4);
});

test('missed for its window, not a second less, it raises by one policy step', () => {
  const target = new Guarded(4);
  expect(target.after(0, 0.3).replicas).toBe(4);
  expect(target.after(59, 0.3).replicas).toBe(4);
  const due = target.after(1, 0.3);
  expect(due.reasons).toEqual(['GuardRaise']);
  expect(due.replicas).toBe(8);
});

test('met once in between, the window begins again', () => {
  const target = new Guarded(4);
  target.after(0, 0.3);
  target.after(30, 0.1);
  target.after(15, 0.3);
  expect(target.after(59, 0.3).replicas).toBe(4);
  expect(target.after(1, 0.3).replicas).toBe(8);
});

test('one step a lead time', () => {
  const target = new Guarded(4, { leadTimeSeconds: 20 });
  target.after(0, 0.9);
  expect(target.after(60, 0.9).replicas).toBe(8);
  expect(target.after(19, 0.5).replicas).toBe(8);
  expect(target.after(1, 0.5).replicas).toBe(16);
});

test.each([
  { name: 'an absolute policy', policy: { type: 'Pods', value: 2, periodSeconds: 15 }, want: 6 },
  { name: 'a relative policy', policy: { type: 'Percent', value: 10, periodSeconds: 15 }, want: 5 },
])('the step is that of $name', ({ policy, want }) => {
  const target = new Guarded(4, { behavior: { scaleUp: { policies: [policy] } } });
  target.after(0, 0.3);
  expect(target.after(60, 0.3).replicas).toBe(want);
});

test('strategy Adaptive, which has no policies of its own, steps as the HPA', () => {
  const target = new Guarded(4, { strategy: { type: 'Adaptive' } });
  target.after(0, 0.3);
  expect(target.after(60, 0.3).replicas).toBe(8);
});

test('while it is missed for long nothing falls, and afterwards everything may', () => {
  const target = new Guarded(6, { maxReplicas: 6 }, 20);
  expect(target.after(0, 0.05).replicas).toBe(2);
  target.scaleTo(6);
  target.after(1, 0.3);
  target.scaleTo(6);
  const held = target.after(60, 0.3);
  expect(held).toMatchObject({ replicas: 6, reasons: ['GuardHold'] });
  expect(target.after(60, 0.1).replicas).toBe(2);
});

test('two steps that better it by less than a tenth are the last, and a condition says so', () => {
  const target = new Guarded(2);
  target.after(0, 0.5);
  expect(target.after(60, 0.5).replicas).toBe(6);
  expect(target.after(45, 0.5).replicas).toBe(12);
  const stopped = target.after(45, 0.451);
  expect(stopped).toMatchObject({ replicas: 12, reasons: ['GuardHold'] });
  expect(conditionsOf(stopped.decision).at(-1)).toMatchObject({
    type: 'ObjectiveMissed',
    status: 'True',
    reason: 'MorePodsAreNotTheCure',
  });
  expect(eventsOf(undefined, stopped.decision).map(({ reason }) => reason)).toContain(
    'MorePodsAreNotTheCure',
  );
  expect(stateOf(target.after(600, 5))).toBe('NotTheCure');
  target.after(15, 0.1);
  target.after(15, 0.5);
  expect(target.after(60, 0.5).reasons).toEqual(['GuardRaise']);
});

test('two steps that better it by a tenth lead to the next', () => {
  const target = new Guarded(2);
  target.after(0, 0.5);
  target.after(60, 0.5);
  target.after(45, 0.5);
  expect(target.after(45, 0.45)).toMatchObject({ replicas: 24, reasons: ['GuardRaise'] });
  target.after(45, 0.45);
  expect(stateOf(target.after(45, 0.41))).toBe('NotTheCure');
});

test.each([
  { name: 'a bottleneck elsewhere', unless: 1, state: 'Elsewhere', want: 4 },
  { name: 'any other number', unless: 0.2, state: 'Elsewhere', want: 4 },
  { name: 'none elsewhere', unless: 0, state: 'Guarding', want: 8 },
  { name: 'an empty result', unless: 'absent' as const, state: 'Guarding', want: 8 },
  { name: 'no answer', unless: 'error' as const, state: 'Guarding', want: 4 },
])('unless says $name', ({ unless, state, want }) => {
  const target = new Guarded(4);
  target.after(0, 0.3, unless);
  const pass = target.after(60, 0.3, unless);
  expect(stateOf(pass)).toBe(state);
  expect(pass.replicas).toBe(want);
});

test('nothing falls while the bottleneck is elsewhere, and raising goes on when it no longer is', () => {
  const target = new Guarded(4, {}, 10);
  target.after(0, 0.3, 1);
  target.scaleTo(4);
  expect(target.after(60, 0.3, 1)).toMatchObject({ replicas: 4, reasons: ['GuardHold'] });
  expect(target.after(5, 0.3, 0).replicas).toBe(8);
});

test('a failed reading raises nothing and holds what was held, for failureSeconds', () => {
  const target = new Guarded(4, { fallback: { failureSeconds: 90 }, maxReplicas: 4 }, 10);
  target.after(0, 0.3);
  target.scaleTo(4);
  target.after(60, 0.3);
  expect(target.after(15, 'invalid')).toMatchObject({ replicas: 4, reasons: ['GuardHold'] });
  expect(target.after(89, 'error').replicas).toBe(4);
  const forgotten = target.after(1, 'error');
  expect(stateOf(forgotten)).toBe('Unknown');
  expect(forgotten.replicas).toBe(1);
  expect(conditionsOf(forgotten.decision)[0]).toMatchObject({ type: 'Ready', status: 'False' });
});

test('a failed reading never begins a hold, however long it lasts', () => {
  const target = new Guarded(4, {}, 10);
  target.after(0, 0.3);
  target.scaleTo(4);
  expect(target.after(59, 'stale').replicas).toBe(1);
  target.scaleTo(4);
  expect(target.after(30, 'stale').replicas).toBe(1);
});

test('a step that was not written does not count', () => {
  const target = new Guarded(4, { mode: 'Observe' });
  target.after(0, 0.3);
  const passes = [60, 15, 15, 60, 60].map((seconds) => target.after(seconds, 0.3));
  expect(passes.map(({ replicas }) => replicas)).toEqual([8, 8, 8, 8, 8]);
});

test.each([
  { name: 'maxReplicas', changes: { maxReplicas: 5 }, want: 5 },
  {
    name: 'the cap of a schedule',
    changes: {
      schedules: [{ name: 'cap', start: '0 * * * *', durationSeconds: 3600, maxReplicas: 6 }],
    },
    want: 6,
  },
  {
    name: 'a disabled direction',
    changes: { behavior: { scaleUp: { selectPolicy: 'Disabled' } } },
    want: 4,
  },
  { name: 'Paused', changes: { mode: 'Paused' }, want: 4 },
])('$name bounds the step', ({ changes, want }) => {
  const target = new Guarded(4, changes);
  target.after(0, 0.3);
  expect(target.after(60, 0.3).replicas).toBe(want);
});

test('what a guard raised does not fall before the down window, once the objective is met', () => {
  const target = new Guarded(4, { behavior: {} });
  target.after(0, 0.3);
  target.after(60, 0.3);
  expect(target.after(299, 0.05)).toMatchObject({
    replicas: 8,
    reasons: ['ScaleDownStabilized'],
  });
  expect(target.after(1, 0.05).replicas).toBe(4);
});

test('several guards that are due share one step', () => {
  const guard = [latency, { ...latency, name: 'errors' }];
  const spec = specOf({ guard, behavior: { scaleDown: none } });
  const missed = { missedSinceMs: start - 60_000, steps: 0 };
  const memory = { ...noMemory, guards: { latency: missed, errors: missed } };
  const guardReadings = {
    latency: { value: good(0.3, start) },
    errors: { value: good(0.2, start) },
  };
  const observation = { ...observe(start, 4, { load: 40 }), guardReadings };
  const decided = decide(spec, observation, memory);
  expect(decided.decision.desiredReplicas).toBe(8);
  expect(recordScale(decided.memory, start, 4).guards).toEqual({
    latency: { ...missed, steps: 1, stepAtMs: start, baseline: 0.3 },
    errors: { ...missed, steps: 1, stepAtMs: start, baseline: 0.2 },
  });
});
