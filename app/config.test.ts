import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { readConfig } from './config.ts';

function pem(namedCurve: string): string {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve });
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}

const environment = {
  DATABASE_URL: 'postgresql://lms@127.0.0.1/lms',
  REDIS_CACHE_URL: 'redis://127.0.0.1:6379',
  REDIS_STATE_URL: 'rediss://127.0.0.1:6380',
  SIGNING_KEY: pem('P-256'),
  CURSOR_KEY: Buffer.alloc(32, 1).toString('base64'),
};

test('defaults are the documented ones', () => {
  expect(readConfig(environment)).toMatchObject({
    port: 8080,
    metricsPort: 9464,
    trustProxyHops: 0,
    corsOrigins: [],
    limitsPerMinute: { anonymous: 100, user: 1000, login: 10 },
    databasePoolSize: 5,
    gradingMaxPerSecond: 4,
    expectedLeadMinutes: 10,
    drainSeconds: 5,
    logLevel: 'info',
    readReplica: undefined,
    redisNearCacheUrl: undefined,
  });
});

test('a secret is read from the file that X_FILE names, before X', () => {
  const folder = mkdtempSync(join(tmpdir(), 'config-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'url');
  writeFileSync(file, 'postgresql://lms@elsewhere/lms\n');
  const { databaseUrl } = readConfig({ ...environment, DATABASE_URL_FILE: file });
  expect(databaseUrl).toBe('postgresql://lms@elsewhere/lms');
});

test('a read replica has a pool of its own size', () => {
  const url = 'postgresql://lms@replica/lms';
  const { readReplica } = readConfig({ ...environment, READ_DATABASE_URL: url });
  expect(readReplica).toEqual({ url, poolSize: 5 });
});

test('every fault is reported at once, and no secret with it', () => {
  const faulty = {
    SIGNING_KEY: 'not-a-key',
    CURSOR_KEY: 'c2hvcnQ=',
    REDIS_CACHE_URL: 'http://127.0.0.1',
    REDIS_STATE_URL: '',
    PORT: '99999',
    CORS_ORIGINS: 'https://a.example, https://b.example/path',
    DATABASE_URL_FILE: '/nowhere',
  };
  let message = '';
  try {
    readConfig(faulty);
  } catch (error) {
    message = String(error);
  }
  for (const line of [
    'SIGNING_KEY: expected a P-256 private key',
    'CURSOR_KEY: expected 32 bytes or more, got 5',
    'REDIS_CACHE_URL: expected a URL with redis: or rediss:',
    'REDIS_STATE_URL: is not set',
    'PORT: ',
    'CORS_ORIGINS: "https://b.example/path" is not an exact origin',
    'DATABASE_URL_FILE: cannot read the file: ENOENT',
  ]) {
    expect(message).toContain(line);
  }
  expect(message).not.toContain('not-a-key');
});

test('a signing key of another curve is refused', () => {
  expect(() => readConfig({ ...environment, SIGNING_KEY: pem('P-384') })).toThrow('P-256');
});
