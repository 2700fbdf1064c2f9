import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { conditionsOf } from './conditions.ts';
import { decide } from './decide.ts';
import { noMemory } from './memory.ts';
import { averageOf, good, observe, specOf, start } from './testing/scenario.ts';

const spent = { poolWait: { budget: 'postgres', metrics: ['waiting'], guards: ['wait'] } };
const memory = { ...noMemory, proposals: [{ atMs: 0, replicas: 1 }] };
const metrics = [averageOf('load', '10'), averageOf('waiting', '10')];

/** 4 replicas; loads at 10 a replica. */
function decideWith(load: number, waiting: number, seen: object = spent, changes: object = {}) {
  const observation = observe(start, 4, { load, waiting });
  return decide(specOf({ metrics, ...changes }), { ...observation, ...seen }, memory).decision;
}

describe('while the budget is spent', () => {
  test('the wait asks for the current count at most, and a limit says so', () => {
    const decision = decideWith(20, 80);
    expect(decision).toMatchObject({ desiredReplicas: 4, reason: 'PoolSaturated' });
    expect(decision.limits).toEqual([
      {
        reason: 'PoolSaturated',
        from: 8,
        to: 4,
        message:
          'clients wait for connections and ConnectionBudget postgres is spent: more pods would make it worse',
      },
    ]);
    expect(conditionsOf(decision)).toContainEqual(
      expect.objectContaining({
        type: 'ScalingLimited',
        status: 'True',
        reason: 'PoolSaturated',
      }),
    );
  });

  test('another metric raises all the same', () => {
    const decision = decideWith(60, 80);
    expect(decision).toMatchObject({ desiredReplicas: 6, winner: 'load' });
  });

  test('a wait that asks for no more than there are leaves no trace', () => {
    expect(decideWith(20, 40)).toMatchObject({ desiredReplicas: 4, limits: [] });
  });

  test('a burst of the wait raises nothing', () => {
    const burst = { windowSeconds: 10, thresholdPercent: 150 };
    const seen = { burstReadings: { load: good(40, start), waiting: good(200, start) } };
    const queried = [
      averageOf('load', '10', { prometheus: { query: 'rate(load[$window])' } }),
      averageOf('waiting', '10', { prometheus: { query: 'rate(waiting[$window])' } }),
    ];
    const changes = { burst, metrics: queried };
    expect(decideWith(40, 40, seen, changes).desiredReplicas).toBe(20);
    expect(decideWith(40, 40, { ...seen, ...spent }, changes).desiredReplicas).toBe(4);
  });

  test('a guard of the wait holds, but takes no step', () => {
    const guard = [{ name: 'wait', query: 'wait', objective: '1', windowSeconds: 60 }];
    const seen = { guardReadings: { wait: { value: good(5, start) } } };
    const missed = {
      ...memory,
      guards: { wait: { missedSinceMs: start - 120_000, steps: 0 } },
    };
    const observation = { ...observe(start, 4, { load: 20, waiting: 20 }), ...seen };
    const spec = specOf({ metrics, guard });
    expect(decide(spec, observation, missed).decision.desiredReplicas).toBeGreaterThan(4);
    const { decision } = decide(spec, { ...observation, ...spent }, missed);
    expect(decision).toMatchObject({ desiredReplicas: 4 });
  });
});

test('without a spent budget the wait asks like every other metric', () => {
  expect(decideWith(20, 80, {}).desiredReplicas).toBe(8);
});

test('the wait alone never raises, whatever it reads', () => {
  const reading = fc.oneof(fc.integer({ min: 0, max: 10_000 }), fc.constant('stale' as const));
  fc.assert(
    fc.property(reading, fc.integer({ min: 1, max: 100 }), (waiting, current) => {
      const spec = specOf({ metrics: [averageOf('waiting', '10')] });
      const observation = { ...observe(start, current, { waiting }), ...spent };
      const { desiredReplicas } = decide(spec, observation, memory).decision;
      expect(desiredReplicas).toBeLessThanOrEqual(current);
    }),
  );
});
