/** One set-up at a time, and no lock outlives its holder. */
import { mkdtempSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { cachePath } from './cache.ts';
import { withLock } from './lock.ts';

beforeEach(() => {
  vi.stubEnv('XDG_CACHE_HOME', mkdtempSync(`${tmpdir()}/bellwether-lock-`));
});
afterEach(() => {
  rmSync(process.env.XDG_CACHE_HOME ?? '', { recursive: true });
  vi.unstubAllEnvs();
});

const isLocked = () => statSync(cachePath('lock'), { throwIfNoEntry: false }) !== undefined;

test('two never work at once', async () => {
  const log: string[] = [];
  const work = (name: string) =>
    withLock(async () => {
      log.push(`${name} begins`);
      await new Promise(setImmediate);
      log.push(`${name} ends`);
    });
  await Promise.all([work('first'), work('second')]);
  expect(log).toEqual(['first begins', 'first ends', 'second begins', 'second ends']);
});

test('work that fails gives the lock back', async () => {
  await expect(withLock(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(isLocked()).toBe(false);
});

test('the lock of a process that is gone is taken over', async () => {
  writeFileSync(cachePath('lock'), '999999999\n');
  expect(await withLock(async () => 'done')).toBe('done');
});

test('a lock nobody refreshed for a minute is taken over, whoever has that process id now', async () => {
  writeFileSync(cachePath('lock'), `${process.pid}\n`);
  const longAgo = new Date(Date.now() - 61_000);
  utimesSync(cachePath('lock'), longAgo, longAgo);
  expect(await withLock(async () => 'done')).toBe('done');
});
