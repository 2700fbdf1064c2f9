import { expect, test } from 'vitest';
import { nearCacheUrl, passwordsOf, redisFileNames, redisFiles } from './files.ts';

const tls = { authority: 'CA', certificate: 'CERT', key: 'KEY' };
const passwords = { application: 'app-password', operator: 'operator-password' };
const options = { boot: 4096, policy: 'allkeys-lru', passwords, tls };

test('a Redis begins with its boot size, its policy and nothing to persist', () => {
  const lines = (redisFiles(options)['redis.conf'] ?? '').split('\n');
  expect(lines).toEqual(
    expect.arrayContaining(['maxmemory 4096', 'maxmemory-policy allkeys-lru', 'save ""']),
  );
});

test('no file that the pod sees has a password in the clear', () => {
  const files = redisFiles(options);
  const seen = redisFileNames.map((name) => files[name] ?? '').join('\n');
  expect(seen).not.toContain('password');
  expect(seen).toContain('CERT');
});

test('every account has a password and the default one no right to administer', () => {
  const accounts = (redisFiles(options)['users.acl'] ?? '').trim().split('\n');
  expect(accounts).toHaveLength(2);
  for (const account of accounts) expect(account).toMatch(/^user \S+ on #[0-9a-f]{64} /);
  expect(accounts[0]).toContain('-@admin -@dangerous');
});

test('stored passwords stay, missing ones are made', () => {
  const made = passwordsOf(undefined);
  expect(passwordsOf(redisFiles({ ...options, passwords: made }))).toEqual(made);
  expect(passwordsOf({ 'application-password': 'kept' })).toMatchObject({ application: 'kept' });
  expect(made.application).not.toBe(made.operator);
  expect(new URL(nearCacheUrl(made)).password).toBe(made.application);
});

test.each([0, -1, 0.5, Number.NaN])('boot size %s is refused', (boot) => {
  expect(() => redisFiles({ ...options, boot })).toThrow(/^boot: /);
});
