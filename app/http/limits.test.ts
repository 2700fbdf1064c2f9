import { expect, test } from 'vitest';
import { Problem } from '../problem.ts';
import { createRequestLimits } from './limits.ts';

const policy = { name: 'user', perMinute: 10 };

/** Redis' one script over a plain map, shared by several limiters; `fail` makes it unreachable. */
function sharedCounts() {
  const sums = new Map<string, number>();
  const state = { fail: false };
  const redis = {
    eval: async (_script: unknown, _keys: unknown, key: unknown, added: unknown) => {
      if (state.fail) throw new Error('away');
      const sum = (sums.get(String(key)) ?? 0) + Number(added);
      sums.set(String(key), sum);
      return sum;
    },
  };
  return { redis, state };
}

function allowed(take: () => unknown, tries: number): number {
  let count = 0;
  for (let number = 0; number < tries; number += 1) {
    try {
      take();
      count += 1;
    } catch (error) {
      if (!(error instanceof Problem) || error.status !== 429) throw error;
    }
  }
  return count;
}

test('lets through what the policy allows a minute, then tells when to come back', () => {
  let now = 600_000;
  const limits = createRequestLimits(
    undefined,
    () => undefined,
    () => now,
  );
  expect(allowed(() => limits.take(policy, 'ada'), 20)).toBe(10);
  now += 45_000;
  expect(() => limits.take(policy, 'ada')).toThrow(
    expect.objectContaining({ status: 429, headers: { 'Retry-After': '15' } }),
  );
  now += 15_000;
  expect(allowed(() => limits.take(policy, 'ada'), 20)).toBe(10);
  limits.stop();
});

test('counts each key and each policy by itself', () => {
  const limits = createRequestLimits(
    undefined,
    () => undefined,
    () => 0,
  );
  expect(allowed(() => limits.take(policy, 'ada'), 20)).toBe(10);
  expect(allowed(() => limits.take(policy, 'bob'), 20)).toBe(10);
  expect(allowed(() => limits.take({ name: 'login', perMinute: 3 }, 'ada'), 20)).toBe(3);
  limits.stop();
});

test('answers tell what is left', () => {
  const limits = createRequestLimits(
    undefined,
    () => undefined,
    () => 30_000,
  );
  expect(limits.take(policy, 'ada').headers).toEqual({
    'RateLimit-Policy': '"user";q=10;w=60',
    RateLimit: '"user";r=9;t=30',
  });
  limits.stop();
});

test('processes know of each other after an exchange', async () => {
  const { redis } = sharedCounts();
  const ours = createRequestLimits(
    redis as never,
    () => undefined,
    () => 0,
  );
  const theirs = createRequestLimits(
    redis as never,
    () => undefined,
    () => 0,
  );
  expect(allowed(() => theirs.take(policy, 'ada'), 7)).toBe(7);
  await theirs.exchange();
  expect(allowed(() => ours.take(policy, 'ada'), 1)).toBe(1);
  await ours.exchange();
  expect(allowed(() => ours.take(policy, 'ada'), 20)).toBe(2);
  ours.stop();
  theirs.stop();
});

test('an exact limit holds over processes without waiting for an exchange', async () => {
  const { redis } = sharedCounts();
  const pods = [1, 2, 3].map(() =>
    createRequestLimits(
      redis as never,
      () => undefined,
      () => 0,
    ),
  );
  let count = 0;
  for (let number = 0; number < 30; number += 1) {
    const pod = pods[number % 3];
    await pod?.takeExactly(policy, 'ada').then(
      () => {
        count += 1;
      },
      () => undefined,
    );
  }
  expect(count).toBe(10);
  for (const pod of pods) pod.stop();
});

test('what is counted exactly while Redis is away counts when it is back', async () => {
  const { redis, state } = sharedCounts();
  const limits = createRequestLimits(
    redis as never,
    () => undefined,
    () => 0,
  );
  state.fail = true;
  for (let number = 0; number < 4; number += 1) await limits.takeExactly(policy, 'ada');
  state.fail = false;
  for (let number = 4; number < 10; number += 1) await limits.takeExactly(policy, 'ada');
  await expect(limits.takeExactly(policy, 'ada')).rejects.toMatchObject({ status: 429 });
  limits.stop();
});

test('without Redis each process limits by its own count and reports why', async () => {
  const { redis, state } = sharedCounts();
  const errors: unknown[] = [];
  const limits = createRequestLimits(
    redis as never,
    (error) => void errors.push(error),
    () => 0,
  );
  state.fail = true;
  await limits.takeExactly(policy, 'ada');
  expect(allowed(() => limits.take(policy, 'ada'), 20)).toBe(9);
  await limits.exchange();
  expect(allowed(() => limits.take(policy, 'ada'), 20)).toBe(0);
  expect(errors.length).toBeGreaterThan(0);
  limits.stop();
});
