import { expect, test } from 'vitest';
import { parseTarget } from './target.ts';

test.each([
  'http://127.0.0.1:30080',
  'http://localhost:8080/',
  'http://[::1]:8080',
  'http://lms-api.lms.svc:8080',
  'http://lms-api.lms.svc.cluster.local:8080',
])('%s may be loaded', (target) => {
  expect(parseTarget(target).protocol).toBe('http:');
});

test.each([
  'http://example.org',
  'http://10.96.0.1:8080',
  'http://192.168.1.1',
  'http://0.0.0.0:8080',
  'http://127.0.0.1.example.org',
  'http://lms-api.lms.svc.example.org',
  'http://evil.svc',
  'http://user@127.0.0.1:30080',
  'http://127.0.0.1@example.org',
  'https://127.0.0.1:30080',
  'file:///etc/passwd',
  'nonsense',
])('%s is refused', (target) => {
  expect(() => parseTarget(target)).toThrow(target);
});
