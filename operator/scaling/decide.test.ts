import { expect, test } from 'vitest';
import { decide } from './decide.ts';
import { type Memory, noMemory } from './memory.ts';
import { averageOf, good, observe, Scenario, specOf, start } from './testing/scenario.ts';

/** Memory of a target that has been at rest for ever: no cold start, nothing to hold. */
const rested: Memory = {
  ...noMemory,
  proposals: [{ atMs: start - 3_600_000, replicas: 1 }],
};

function desired(changes: object, currentReplicas: number, load: number): number {
  const spec = specOf({ ...changes });
  return decide(spec, observe(start, currentReplicas, { load }), rested).decision.desiredReplicas;
}

test.each([
  { name: 'rises to what the load needs', current: 3, load: 55, want: 6 },
  { name: 'doubles at most, but by four pods', current: 2, load: 500, want: 6 },
  { name: 'doubles at most', current: 10, load: 500, want: 20 },
  { name: 'falls at once when nothing holds it', current: 10, load: 20, want: 2 },
  { name: 'falls to minReplicas at zero load', current: 10, load: 0, want: 1 },
  { name: 'stays within tolerance', current: 10, load: 109, want: 10 },
  { name: 'stops at maxReplicas', current: 90, load: 5000, want: 100 },
  { name: 'comes back from above maxReplicas at once', current: 250, load: 5000, want: 100 },
  { name: 'comes back to the bound first, whatever the load', current: 250, load: 0, want: 100 },
])('$name', ({ current, load, want }) => {
  expect(desired({}, current, load)).toBe(want);
});

test('comes back from below minReplicas at once, from zero too', () => {
  expect(desired({ minReplicas: 5 }, 2, 900)).toBe(5);
  expect(desired({ minReplicas: 5 }, 0, 0)).toBe(5);
});

test('the highest of several metrics wins and is named', () => {
  const spec = specOf({ metrics: [averageOf('a', '10'), averageOf('b', '10')] });
  const { decision } = decide(spec, observe(start, 5, { a: 60, b: 80 }), rested);
  expect(decision).toMatchObject({ winner: 'b', proposedReplicas: 8, desiredReplicas: 8 });
  expect(decision.proposals.map(({ name, replicas }) => [name, replicas])).toEqual([
    ['a', 6],
    ['b', 8],
  ]);
});

test.each([
  { name: 'an average', load: 47, current: 5, want: 4.7 },
  { name: 'an average from zero', load: 25, current: 0, want: 2.5 },
])('what $name needs before rounding and tolerance is recorded', ({ load, current, want }) => {
  const { decision } = decide(specOf(), observe(start, current, { load }), rested);
  expect(decision).toMatchObject({ readyReplicas: current, proposals: [{ need: want }] });
});

test('so is the need of a Value and of a Queue, and none for a failed reading', () => {
  const value = { ...averageOf('value', '1'), target: { type: 'Value', value: '4' } };
  const queue = { depth: 'jobs', ratePerReplica: '4', drainSeconds: 60 };
  const spec = specOf({
    metrics: [value, { name: 'jobs', type: 'Queue', queue }, averageOf('lost', '1')],
  });
  const loads = { value: 5, jobs: 600, lost: 'stale' } as const;
  const { decision } = decide(spec, observe(start, 3, loads), rested);
  expect(decision.proposals.map(({ need }) => need)).toEqual([3.75, 2.5, undefined]);
});

test('each limit is recorded with before, after and why', () => {
  const spec = specOf({ maxReplicas: 5 });
  const { decision } = decide(spec, observe(start, 2, { load: 900 }), rested);
  expect(decision.limits).toEqual([
    {
      reason: 'ScaleUpLimit',
      from: 90,
      to: 6,
      message: 'the policies allow 6 until 2026-11-21T10:00:15.000Z',
      until: '2026-11-21T10:00:15.000Z',
    },
    { reason: 'TooManyReplicas', from: 6, to: 5, message: '6 is more than maxReplicas 5' },
  ]);
  expect(decision).toMatchObject({
    reason: 'TooManyReplicas',
    nextChangeAt: '2026-11-21T10:00:15.000Z',
  });
});

test('a cold start holds for one down window, then falls', () => {
  const target = new Scenario(specOf(), 8);
  expect(target.pass({ load: 20 })).toMatchObject({ desiredReplicas: 8, reason: 'ColdStart' });
  expect(new Set(target.run({ load: 20 }, 285))).toEqual(new Set([8]));
  expect(target.pass({ load: 20 }).desiredReplicas).toBe(2);
});

test('a cold start may rise', () => {
  expect(new Scenario(specOf(), 2).pass({ load: 60 }).desiredReplicas).toBe(6);
});

test('after a peak nothing falls for the down window, and nextChangeAt says until when', () => {
  const target = new Scenario(
    specOf({ behavior: { scaleDown: { stabilizationWindowSeconds: 60 } } }),
    1,
  );
  target.run({ load: 40 }, 90);
  const peak = target.pass({ load: 80 });
  const held = target.pass({ load: 10 });
  expect(held).toMatchObject({ desiredReplicas: 8, reason: 'ScaleDownStabilized' });
  expect(held.nextChangeAt).toBe(new Date(Date.parse(peak.at) + 60_000).toISOString());
  expect(target.run({ load: 10 }, 45)).toEqual([8, 8, 1]);
});

test('policies count the own steps of both directions', () => {
  const policies = [{ type: 'Pods', value: 2, periodSeconds: 60 }];
  const target = new Scenario(specOf({ behavior: { scaleUp: { policies } } }), 4);
  expect(target.run({ load: 900 }, 75)).toEqual([6, 6, 6, 6, 8]);
});

test('a metric of type Value follows the ready replicas', () => {
  const target = { type: 'Value', value: '100m' };
  const metrics = [{ ...averageOf('load', '1'), target }];
  expect(desired({ metrics }, 4, 0.2)).toBe(8);
});

test('tolerance can be set by direction', () => {
  const behavior = { scaleUp: { tolerance: '0' } };
  expect(desired({ behavior }, 10, 100.1)).toBe(11);
  expect(desired({ behavior }, 10, 91)).toBe(10);
});

test('Paused holds whatever is asked, but within bounds', () => {
  expect(desired({ mode: 'Paused' }, 4, 900)).toBe(4);
  expect(desired({ mode: 'Paused' }, 4, 0)).toBe(4);
  expect(desired({ mode: 'Paused', maxReplicas: 3 }, 4, 900)).toBe(3);
});

test('Observe decides as Active does', () => {
  expect(desired({ mode: 'Observe' }, 3, 55)).toBe(6);
});

test('to zero in one step, after the whole down window without load', () => {
  const slowly = { policies: [{ type: 'Pods', value: 1, periodSeconds: 60 }] };
  const scaleDown = { stabilizationWindowSeconds: 60, ...slowly };
  const target = new Scenario(specOf({ minReplicas: 0, behavior: { scaleDown } }), 3);
  target.run({ load: 30 }, 30);
  expect(target.run({ load: 0 }, 75)).toEqual([3, 3, 3, 0, 0]);
});

test('from zero at once to what is needed, past the policies', () => {
  const target = new Scenario(specOf({ minReplicas: 0 }), 0);
  target.run({ load: 0 }, 30);
  expect(target.pass({ load: 0.0001 }).desiredReplicas).toBe(1);
  target.replicas = 0;
  expect(target.pass({ load: 200 }).desiredReplicas).toBe(20);
});

test('a load up to its activation neither wakes nor keeps awake', () => {
  const metrics = [averageOf('load', '10', { activation: '5' })];
  const target = new Scenario(specOf({ minReplicas: 0, metrics }), 0);
  expect(target.pass({ load: 5 }).desiredReplicas).toBe(0);
  expect(target.pass({ load: 5.1 }).desiredReplicas).toBe(1);
  expect(target.run({ load: 5 }, 330).at(-1)).toBe(0);
});

test('Disabled scaling down never goes to zero', () => {
  const behavior = { scaleDown: { selectPolicy: 'Disabled', stabilizationWindowSeconds: 0 } };
  const target = new Scenario(specOf({ minReplicas: 0, behavior }), 3);
  expect(target.run({ load: 0 }, 60).at(-1)).toBe(3);
});

test('a queue is sized for its backlog and what arrives', () => {
  const queue = { depth: 'd', arrivals: 'a', ratePerReplica: '4' };
  const spec = specOf({ metrics: [{ name: 'jobs', type: 'Queue', queue }] });
  const readings = { jobs: { value: good(960, start), arrivals: good(8, start) } };
  const { decision } = decide(spec, { ...observe(start, 5, {}), readings }, rested);
  expect(decision.desiredReplicas).toBe(6);
});

test('a queue’s rate is learned from pass to pass', () => {
  const queue = { depth: 'd', completions: 'c', ratePerReplica: '4', drainSeconds: 10 };
  const spec = specOf({ metrics: [{ name: 'jobs', type: 'Queue', queue }] });
  let memory: Memory = rested;
  for (let pass = 0; pass < 400; pass += 1) {
    const observation = observe(start + pass * 15_000, 10, { jobs: 500 });
    const jobs = observation.readings.jobs;
    if (!jobs) throw new Error('no reading of jobs');
    const completions = { status: 'ok', value: 20, atMs: observation.nowMs } as const;
    const decided = decide(
      spec,
      { ...observation, readings: { jobs: { ...jobs, completions } } },
      memory,
    );
    memory = decided.memory;
    if (pass === 0) expect(decided.decision.proposedReplicas).toBe(13);
    if (pass === 399) expect(decided.decision.proposedReplicas).toBe(25);
  }
});
