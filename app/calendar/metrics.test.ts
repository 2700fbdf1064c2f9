import { Registry } from 'prom-client';
import { beforeEach, expect, test } from 'vitest';
import { exportExpectedLearners } from './metrics.ts';

let registry: Registry;
let nowMs: number;
let isMine: boolean;
let asked: number;
let count: () => Promise<number>;

beforeEach(() => {
  registry = new Registry();
  [nowMs, isMine, asked] = [0, true, 0];
  count = async () => 30;
  const counted = () => {
    asked += 1;
    return count();
  };
  exportExpectedLearners(registry, counted, { isMine: () => isMine }, () => nowMs);
});

/** The exported value; undefined: no such series. */
async function scrape(): Promise<string | undefined> {
  return /^lms_expected_learners (\S+)$/m.exec(await registry.metrics())?.[1];
}

test('one process exports: who holds the lease', async () => {
  isMine = false;
  expect(await scrape()).toBeUndefined();
  expect(asked).toBe(0);
  isMine = true;
  expect(await scrape()).toBe('30');
  isMine = false;
  expect(await scrape()).toBeUndefined();
});

test('nobody expected is 0, not absent', async () => {
  count = async () => 0;
  expect(await scrape()).toBe('0');
});

test('the database is asked every 15 s at most, however many scrape', async () => {
  expect(await Promise.all([scrape(), scrape()])).toEqual(['30', '30']);
  count = async () => 40;
  nowMs = 14_999;
  expect(await scrape()).toBe('30');
  expect(asked).toBe(1);
  nowMs = 15_000;
  expect(await scrape()).toBe('40');
  expect(asked).toBe(2);
});

test('a database that refuses leaves nothing exported, until it answers', async () => {
  await scrape();
  count = () => Promise.reject(new Error('away'));
  nowMs = 15_000;
  expect(await scrape()).toBeUndefined();
  count = async () => 50;
  nowMs = 20_000;
  expect(await scrape()).toBe('50');
});

test('a database that hangs holds up no scrape: the last count is told until it is 30 s old', async () => {
  await scrape();
  let answer = (_learners: number) => {};
  count = () =>
    new Promise((resolve) => {
      answer = resolve;
    });
  nowMs = 29_999;
  expect(await scrape()).toBe('30');
  nowMs = 30_000;
  expect(await scrape()).toBeUndefined();
  expect(asked).toBe(2);
  answer(60);
  expect(await scrape()).toBe('60');
});
