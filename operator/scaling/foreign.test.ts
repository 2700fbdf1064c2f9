/** FOREIGN WRITERS: load for 8 replicas, no windows and no policies in the way. */
import { expect, test } from 'vitest';
import { operatorName } from '../api/profile.ts';
import { conditionsOf } from './conditions.ts';
import { decide } from './decide.ts';
import { eventsOf } from './events.ts';
import { type Memory, noMemory, recordScale } from './memory.ts';
import { observe, specOf, start } from './testing/scenario.ts';

const freely = {
  scaleUp: { policies: [{ type: 'Pods', value: 100, periodSeconds: 1 }] },
  scaleDown: { stabilizationWindowSeconds: 0 },
};

/** A target that others may change between the passes. */
class Shared {
  memory: Memory = noMemory;
  nowMs = start;
  replicas = 8;
  readonly changes: object;

  constructor(changes: object = {}) {
    this.changes = changes;
  }

  /** A pass `seconds` after the last one, with a load for `asked` replicas. */
  pass(seconds = 15, changedBy?: string, asked = 8) {
    this.nowMs += seconds * 1000;
    const spec = specOf({ behavior: freely, ...this.changes });
    const seen = observe(this.nowMs, this.replicas, { load: asked * 10 });
    const observation = { ...seen, ...(changedBy !== undefined && { changedBy }) };
    const { decision, memory } = decide(spec, observation, this.memory);
    const change = spec.mode === 'Observe' ? 0 : decision.desiredReplicas - this.replicas;
    this.memory = change === 0 ? memory : recordScale(memory, this.nowMs, change);
    this.replicas += change;
    return decision;
  }

  /** Somebody sets the count, and a pass follows. */
  changed(replicas: number, by?: string, seconds = 15) {
    this.replicas = replicas;
    return this.pass(seconds, by);
  }
}

test('our own writes are not foreign', () => {
  const target = new Shared();
  target.replicas = 3;
  expect(target.pass().desiredReplicas).toBe(8);
  expect(target.pass()).not.toHaveProperty('foreignChanges');
});

test('a foreign change is recorded with its writer, and its count is the current one', () => {
  const target = new Shared();
  target.pass();
  const decision = target.changed(5, 'kubectl');
  expect(decision).toMatchObject({ currentReplicas: 5, desiredReplicas: 8 });
  const sentence = 'replicas were changed from 8 to 5 by kubectl, and taken as they are';
  expect(decision.limits).toEqual([{ reason: 'ForeignWriter', from: 8, to: 8, message: sentence }]);
  expect(decision.foreignChanges).toEqual([
    { at: '2026-11-21T10:00:30.000Z', from: 8, to: 5, by: 'kubectl' },
  ]);
  expect(eventsOf(undefined, decision)).toContainEqual({
    type: 'Warning',
    reason: 'ForeignWriter',
    note: sentence,
  });
});

test.each([
  { name: 'nobody is named', by: undefined, message: /by somebody unknown/ },
  {
    name: 'an HPA writes as its process',
    by: 'kube-controller-manager',
    message: /by kube-controller-manager \(a HorizontalPodAutoscaler\)/,
  },
])('where $name', ({ by, message }) => {
  const target = new Shared();
  target.pass();
  expect(target.changed(5, by).limits[0]?.message).toMatch(message);
});

test('it is not fought: policies take the new count as the start of their period', () => {
  const policies = [{ type: 'Pods', value: 1, periodSeconds: 60 }];
  const target = new Shared({ behavior: { scaleUp: { policies } } });
  target.pass();
  expect(target.changed(3).desiredReplicas).toBe(4);
  expect(target.pass(15).desiredReplicas).toBe(4);
  expect(target.pass(45).desiredReplicas).toBe(5);
});

test('nothing is foreign on the first pass, in mode Observe, or written by us', () => {
  const first = new Shared();
  expect(first.changed(3).limits).toEqual([]);
  const observing = new Shared({ mode: 'Observe' });
  observing.pass();
  expect(observing.changed(3, 'kube-controller-manager').limits).toEqual([]);
  const lost = new Shared();
  lost.pass();
  expect(lost.changed(5, operatorName).limits).toEqual([]);
});

/** Status and reason of the condition, if there is one. */
function condition(decision: ReturnType<Shared['pass']>) {
  const found = conditionsOf(decision).find(({ type }) => type === 'ForeignWriter');
  return found && [found.status, found.reason];
}

test('the condition stays for ten minutes', () => {
  const target = new Shared();
  target.pass();
  expect(condition(target.changed(5))).toEqual(['True', 'ForeignWriter']);
  expect(condition(target.pass(599))).toEqual(['True', 'ForeignWriter']);
  expect(condition(target.pass(1))).toBeUndefined();
});

test('the third change that undoes ours within ten minutes is a fight, and news once', () => {
  const target = new Shared();
  target.pass();
  const decisions = [1, 2, 3, 4].map(() => target.changed(3, 'kube-controller-manager', 60));
  expect(decisions.map((decision) => condition(decision)?.[1])).toEqual([
    'ForeignWriter',
    'ForeignWriter',
    'WritersFight',
    'WritersFight',
  ]);
  const reasons = decisions.map((decision, index) =>
    eventsOf(decisions[index - 1], decision).map(({ reason }) => reason),
  );
  expect(reasons.map((each) => each.includes('WritersFight'))).toEqual([false, false, true, false]);
});

test('changes far apart are no fight', () => {
  const target = new Shared();
  target.pass();
  const decisions = [1, 2, 3, 4].map(() => target.changed(3, 'kubectl', 301));
  expect(decisions.map((decision) => condition(decision)?.[1])).not.toContain('WritersFight');
});

test('somebody who goes one way while we are paused fights nobody; back and forth is a fight', () => {
  const one = new Shared({ mode: 'Paused' });
  one.pass();
  const steps = [9, 10, 11, 12].map((replicas) => one.changed(replicas));
  expect(condition(steps.at(-1) ?? one.pass())).toEqual(['True', 'ForeignWriter']);
  const two = new Shared({ mode: 'Paused' });
  two.pass();
  const swings = [3, 8, 3].map((replicas) => two.changed(replicas));
  expect(condition(swings.at(-1) ?? two.pass())).toEqual(['True', 'WritersFight']);
});

test('at most ten are remembered', () => {
  const target = new Shared();
  target.pass();
  for (let change = 0; change < 30; change += 1) target.changed(3, 'kubectl', 5);
  expect(target.memory.foreign).toHaveLength(10);
});
