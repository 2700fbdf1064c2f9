import { expect, test } from 'vitest';
import type { Key } from './kubernetes/collection.ts';
import { createLoop, type LoopOptions, type Next } from './loop.ts';
import { createVirtualTiming } from './testing/virtual-timing.ts';

const a = { namespace: 'x', name: 'a' };
const b = { namespace: 'x', name: 'b' };

/** A loop whose passes are recorded as `name@second`; `outcome` says how each ends. */
function startLoop(
  outcome: (key: Key, pass: number) => Promise<Next>,
  overrides: Partial<LoopOptions> = {},
) {
  const timing = createVirtualTiming();
  const passes: string[] = [];
  const failures: string[] = [];
  const lags: number[] = [];
  const loop = createLoop({
    pass: (key) => {
      passes.push(`${key.name}@${timing.monotonicMs() / 1000}`);
      return outcome(key, passes.length);
    },
    concurrency: 16,
    timing,
    onStart: (lag) => lags.push(lag),
    onFailure: (key, error, delayMs) => failures.push(`${key.name} ${error} ${delayMs / 1000}`),
    ...overrides,
  });
  return { loop, timing, passes, failures, lags };
}

const eachFive = async () => ({ afterMs: 5000 });

test('every key is looked at once at first and then each period', async () => {
  const { loop, timing, passes } = startLoop(async ({ name }) => ({
    afterMs: name === 'a' ? 5000 : 7000,
  }));
  loop.ring(a);
  loop.ring(b);
  await timing.advance(15_000);
  expect(passes).toEqual(['a@0', 'b@0', 'a@5', 'b@7', 'a@10', 'b@14', 'a@15']);
  await loop.stop();
});

test('passes keep to the beat however long they take', async () => {
  const { loop, timing, passes } = startLoop(async () => {
    await timing.sleep(1200, new AbortController().signal);
    return { afterMs: 5000 };
  });
  loop.ring(a);
  await timing.advance(12_000);
  expect(passes).toEqual(['a@0', 'a@5', 'a@10']);
  const stopped = loop.stop();
  await timing.advance(2000);
  await stopped;
});

test('a ring brings a pass at once', async () => {
  const { loop, timing, passes, lags } = startLoop(eachFive);
  loop.ring(a);
  await timing.advance(2000);
  loop.ring(a);
  await timing.advance(1000);
  expect(passes).toEqual(['a@0', 'a@2']);
  expect(lags).toEqual([0, 0]);
  await loop.stop();
});

test('a ring during a pass brings one more pass after it, never two at once', async () => {
  let inFlight = 0;
  let most = 0;
  const { loop, timing, passes } = startLoop(async () => {
    inFlight += 1;
    most = Math.max(most, inFlight);
    await timing.sleep(3000, new AbortController().signal);
    inFlight -= 1;
    return { afterMs: 60_000 };
  });
  loop.ring(a);
  await timing.advance(1000);
  loop.ring(a);
  loop.ring(a);
  await timing.advance(30_000);
  expect(passes).toEqual(['a@0', 'a@3']);
  expect(most).toBe(1);
  await loop.stop();
});

test('no more passes at once than allowed, and all get their turn', async () => {
  let inFlight = 0;
  let most = 0;
  const pass = async () => {
    inFlight += 1;
    most = Math.max(most, inFlight);
    await timing.sleep(100, new AbortController().signal);
    inFlight -= 1;
    return { afterMs: 60_000 };
  };
  const { loop, timing, lags } = startLoop(pass, { concurrency: 3 });
  for (let index = 0; index < 10; index += 1) loop.ring({ namespace: 'x', name: `p${index}` });
  await timing.advance(1000);
  expect(lags).toHaveLength(10);
  expect(most).toBe(3);
  expect(Math.max(...lags)).toBeCloseTo(0.3);
  await loop.stop();
});

test('failures are tried again ever more slowly, up to 15 s, and a good pass ends that', async () => {
  const { loop, timing, passes, failures } = startLoop(async (_key, pass) => {
    if (pass <= 6) throw new Error('no');
    return { afterMs: 5000 };
  });
  loop.ring(a);
  await timing.advance(51_000);
  expect(passes).toEqual(['a@0', 'a@1', 'a@3', 'a@7', 'a@15', 'a@30', 'a@45', 'a@50']);
  expect(failures[0]).toBe('a Error: no 1');
  await loop.stop();
});

test('one key that fails does not hold up another', async () => {
  const { loop, timing, passes } = startLoop(async ({ name }) => {
    if (name === 'a') throw new Error('no');
    return { afterMs: 5000 };
  });
  loop.ring(a);
  loop.ring(b);
  await timing.advance(5000);
  expect(passes.filter((pass) => pass.startsWith('b'))).toEqual(['b@0', 'b@5']);
  await loop.stop();
});

test('a server that says when to come back is not asked before', async () => {
  const { loop, timing, passes } = startLoop(async (_key, pass) => {
    if (pass === 1) throw Object.assign(new Error('busy'), { retryAfterSeconds: 9 });
    return { afterMs: 60_000 };
  });
  loop.ring(a);
  await timing.advance(20_000);
  expect(passes).toEqual(['a@0', 'a@9']);
  await loop.stop();
});

test('a key that was forgotten may come back', async () => {
  const { loop, timing, passes } = startLoop(async (_key, pass) =>
    pass === 1 ? 'never' : { afterMs: 60_000 },
  );
  loop.ring(a);
  await timing.advance(20_000);
  loop.ring(a);
  await timing.advance(1000);
  expect(passes).toEqual(['a@0', 'a@20']);
  await loop.stop();
});

test('a key that comes back during its last pass is not forgotten', async () => {
  const { loop, timing, passes } = startLoop(async (_key, pass) => {
    await timing.sleep(1000, new AbortController().signal);
    return pass === 1 ? 'never' : { afterMs: 60_000 };
  });
  loop.ring(a);
  await timing.advance(500);
  loop.ring(a);
  await timing.advance(5000);
  expect(passes).toEqual(['a@0', 'a@1']);
  await loop.stop();
});

test('a planned key waits for its moment, which is no lateness, and keeps to its own beat', async () => {
  const { loop, timing, passes, lags } = startLoop(eachFive);
  loop.plan(a, 0);
  loop.plan(b, 3000);
  loop.plan(b, 1000);
  await timing.advance(9000);
  expect(passes).toEqual(['a@0', 'b@3', 'a@5', 'b@8']);
  expect(lags).toEqual([0, 0, 0, 0]);
  await loop.stop();
});

test('a key whose pass says never is forgotten', async () => {
  const { loop, timing, passes } = startLoop(async () => 'never');
  loop.ring(a);
  await timing.advance(20_000);
  expect(passes).toEqual(['a@0']);
  await loop.stop();
});

test('stopping waits for the pass in flight and begins no other', async () => {
  let isOver = false;
  const { loop, timing, passes } = startLoop(async () => {
    await timing.sleep(2000, new AbortController().signal);
    isOver = true;
    return { afterMs: 1 };
  });
  loop.ring(a);
  await timing.advance(500);
  const stopped = loop.stop().then(() => isOver);
  loop.ring(b);
  await timing.advance(5000);
  expect(await stopped).toBe(true);
  expect(passes).toEqual(['a@0']);
});

test('the rest of a pass keeps no other key waiting, but its own next pass', async () => {
  const { loop, timing, passes } = startLoop(
    async () => ({
      afterMs: 1000,
      rest: () => timing.sleep(2500, new AbortController().signal),
    }),
    { concurrency: 1 },
  );
  loop.ring(a);
  loop.ring(b);
  await timing.advance(4000);
  expect(passes).toEqual(['a@0', 'b@0', 'a@2.5', 'b@2.5']);
  const stopped = loop.stop();
  await timing.advance(5000);
  await stopped;
});

test('a rest that fails is a pass that failed', async () => {
  const { loop, timing, passes, failures } = startLoop(async (_key, pass) => ({
    afterMs: 60_000,
    ...(pass === 1 && { rest: () => Promise.reject(new Error('no')) }),
  }));
  loop.ring(a);
  await timing.advance(5000);
  expect(passes).toEqual(['a@0', 'a@1']);
  expect(failures).toEqual(['a Error: no 1']);
  await loop.stop();
});
