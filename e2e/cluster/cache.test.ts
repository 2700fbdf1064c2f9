/** What gives a cache entry another name, and what does not. */
import { chmodSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { digestOf } from './cache.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bellwether-cache-'));
  mkdirSync(join(folder, 'below'));
  writeFileSync(join(folder, 'below', 'file'), 'text');
});
afterEach(() => rmSync(folder, { recursive: true }));

test.each([
  { name: 'another text', change: () => writeFileSync(join(folder, 'below/file'), 'other') },
  { name: 'another file', change: () => writeFileSync(join(folder, 'more'), '') },
  { name: 'a hidden file', change: () => writeFileSync(join(folder, '.more'), '') },
  { name: 'another mode', change: () => chmodSync(join(folder, 'below/file'), 0o755) },
])('$name gives another digest', ({ change }) => {
  const before = digestOf([folder]);
  change();
  expect(digestOf([folder])).not.toBe(before);
});

test('another input gives another digest', () => {
  expect(digestOf([folder], 'v1')).not.toBe(digestOf([folder], 'v2'));
});

test('a newer date alone does not', () => {
  const before = digestOf([folder]);
  utimesSync(join(folder, 'below/file'), new Date(), new Date());
  expect(digestOf([folder])).toBe(before);
});
