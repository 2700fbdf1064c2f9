import { expect, test } from 'vitest';
import { readingOf } from './reading.ts';

function info(changed: Readonly<Record<string, string>> = {}): string {
  const fields = {
    used_memory: '1500000',
    used_memory_rss: '9000000',
    maxmemory: '67108864',
    keyspace_hits: '7',
    keyspace_misses: '3',
    evicted_keys: '2',
    ...changed,
  };
  const lines = Object.entries(fields).map(([name, value]) => `${name}:${value}`);
  return ['# Memory', ...lines, 'used_memory_human:1.43M', ''].join('\r\n');
}

test('the fields of INFO are numbers by name', () => {
  expect(readingOf(info())).toEqual({
    ...{ maxMemory: 67_108_864, used: 1_500_000, resident: 9_000_000 },
    ...{ hits: 7, misses: 3, evictions: 2 },
  });
});

test.each([
  ['without limit', info({ maxmemory: '0' }), /maxmemory is 0/],
  ['no count', info({ evicted_keys: '-1' }), /evicted_keys/],
  ['a missing field', info().replace('keyspace_hits', 'hits'), /keyspace_hits/],
])('%s is an error that names it', (_, text, expected) => {
  expect(() => readingOf(text)).toThrow(expected);
});
