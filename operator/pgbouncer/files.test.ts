import { expect, test } from 'vitest';
import { pooledUrl, poolerFiles } from './files.ts';

const tls = { authority: 'CA', certificate: 'CERT', key: 'KEY' };
const databaseUrl = 'postgresql://lms:s%3Acret@postgres.lms.svc:5433/lms?sslmode=require';

function linesOf(file: string, options: { databaseUrl?: string; floor?: number } = {}) {
  const files = poolerFiles({ databaseUrl, floor: 3, tls, ...options });
  return (files[file] ?? '').split('\n');
}

test('every limit begins at the floor, and nothing overrides what the console sets', () => {
  const lines = linesOf('pgbouncer.ini', { floor: 7 });
  for (const name of ['max_db_connections', 'max_user_connections', 'default_pool_size']) {
    expect(lines).toContain(`${name} = 7`);
  }
  expect(lines).toContain('reserve_pool_size = 0');
  expect(lines).toContain('lms = host=postgres.lms.svc port=5433 dbname=lms');
  expect(lines.filter((line) => /(?<!default_|min_|reserve_)pool_size/.test(line))).toEqual([]);
});

test('the server’s TLS mode is that of the URL, else what PgBouncer prefers', () => {
  expect(linesOf('pgbouncer.ini')).toContain('server_tls_sslmode = require');
  const plain = linesOf('pgbouncer.ini', { databaseUrl: 'postgresql://a:b@c/d' });
  expect(plain).toContain('server_tls_sslmode = prefer');
  expect(plain).toContain('d = host=c port=5432 dbname=d');
});

test('the application is let in from its own pod alone, the operator by certificate alone', () => {
  expect(linesOf('hba.conf').filter((line) => line && !line.startsWith('#'))).toEqual([
    'host lms lms 127.0.0.1/32 scram-sha-256',
    'host lms lms ::1/128 scram-sha-256',
    'hostssl pgbouncer bellwether 0.0.0.0/0 cert',
    'hostssl pgbouncer bellwether ::/0 cert',
  ]);
});

test('a quote in the password is doubled', () => {
  const lines = linesOf('userlist.txt', { databaseUrl: 'postgresql://lms:a%22b@c/d' });
  expect(lines[0]).toBe('"lms" "a""b"');
});

test('certificates are written as they are', () => {
  const files = poolerFiles({ databaseUrl, floor: 1, tls });
  expect([files['ca.crt'], files['tls.crt'], files['tls.key']]).toEqual(['CA', 'CERT', 'KEY']);
});

test('the pooled URL is the same account at the pod’s own pooler', () => {
  expect(pooledUrl(databaseUrl)).toBe('postgresql://lms:s%3Acret@127.0.0.1:6432/lms');
});

test.each([0, -1, 1.5, Number.NaN])('floor %s is refused: 0 would be without limit', (floor) => {
  expect(() => poolerFiles({ databaseUrl, floor, tls })).toThrow(/^floor: /);
});

test.each([
  ['no url', /no URL/],
  ['mysql://a:b@c/d', /mysql:/],
  ['postgresql://a:b@c/', /database/],
  ['postgresql://a@c/d', /password/],
  ['postgresql://:b@c/d', /user/],
  ['postgresql://a%0Aadmin:b@c/d', /user/],
  ['postgresql://a%22:b@c/d', /user/],
  ['postgresql://a:b%0A%22bellwether%22@c/d', /password/],
  ['postgresql://a:b@c/d%20pool_size=9', /database/],
  ['postgresql://a:b@c/d?sslmode=verify-full', /verify-full/],
])('%s is refused', (url, message) => {
  expect(() => poolerFiles({ databaseUrl: url, floor: 1, tls })).toThrow(message);
});

test('what is refused is told without the password', () => {
  const url = 'postgresql://a:hidden@c/';
  expect(() => poolerFiles({ databaseUrl: url, floor: 1, tls })).toThrow(/^(?!.*hidden)/);
});
