import { expect, test, vi } from 'vitest';
import { createHealth, probe } from './health.ts';

const works = { name: 'works', run: async () => undefined };
const fails = {
  name: 'fails',
  run: async () => {
    throw new Error('secret address');
  },
};

test('it is ready when every check passes, and says which does not', async () => {
  expect(await createHealth([works]).readiness()).toEqual({ ready: true, checks: { works: 'ok' } });
  expect(await createHealth([works, fails]).readiness()).toEqual({
    ready: false,
    checks: { works: 'ok', fails: 'failed' },
  });
});

test('a check that does not answer in time counts as late', async () => {
  vi.useFakeTimers();
  const health = createHealth([{ name: 'slow', run: () => new Promise(() => undefined) }]);
  const readiness = health.readiness();
  await vi.advanceTimersByTimeAsync(1000);
  expect(await readiness).toEqual({ ready: false, checks: { slow: 'late' } });
  vi.useRealTimers();
});

test('checks run at most once a second however often they are asked', async () => {
  let now = 0;
  let runs = 0;
  const count = { name: 'count', run: async () => (runs += 1) };
  const health = createHealth([count], () => now);
  await Promise.all([health.readiness(), health.readiness()]);
  now = 999;
  await health.readiness();
  expect(runs).toBe(1);
  now = 1000;
  await health.readiness();
  expect(runs).toBe(2);
});

test('after a failure they run again soon, so that a start is not held up', async () => {
  let now = 0;
  let runs = 0;
  const run = async () => {
    runs += 1;
    if (runs === 1) throw new Error('not connected yet');
  };
  const health = createHealth([{ name: 'late', run }], () => now);
  expect((await health.readiness()).ready).toBe(false);
  now = 50;
  expect((await health.readiness()).ready).toBe(true);
});

test('a draining process is alive and started but never ready', async () => {
  const health = createHealth([works]);
  await health.readiness();
  health.drain();
  expect((await probe(health, '/readyz'))?.status).toBe(503);
  expect((await probe(health, '/livez'))?.status).toBe(200);
  expect((await probe(health, '/startupz'))?.status).toBe(200);
});

test('it lives though it was never ready', async () => {
  const health = createHealth([fails]);
  expect((await probe(health, '/livez'))?.status).toBe(200);
  expect((await probe(health, '/startupz'))?.status).toBe(503);
  expect(await probe(health, '/api')).toBeUndefined();
});
