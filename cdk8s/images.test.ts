import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readImages } from './images.ts';

const directory = mkdtempSync(join(tmpdir(), 'images-'));
afterAll(() => rmSync(directory, { recursive: true }));

function written(content: string): string {
  const file = join(directory, 'images.json');
  writeFileSync(file, content);
  return file;
}

test('without a build every image is the one under development', () => {
  expect(readImages(join(directory, 'missing.json')).operator).toBe('bellwether/operator:dev');
});

test('built images are named by their tags, under the prefix', () => {
  const images = readImages(written('{"lms": "bellwether/lms:3f2a"}'), 'registry.test/');
  expect(images.lms).toBe('registry.test/bellwether/lms:3f2a');
  expect(images.redis).toBe('registry.test/bellwether/redis:dev');
});

test('a file of another shape is refused by name', () => {
  expect(() => readImages(written('{"lms": 3}'))).toThrow(/images\.json: lms is not a string/);
  expect(() => readImages(written('null'))).toThrow(/holds no JSON object/);
});
