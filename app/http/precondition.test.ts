import { expect, test } from 'vitest';
import { versionRead, versionTag } from './precondition.ts';

const read = (value: string | undefined) => versionRead({ header: () => value }, 'c');

test('reads back the version of a tag', () => {
  expect(read(`"${versionTag('c', 12)}"`)).toBe(12);
});

test.each([undefined])('without the header it is 428', (value) => {
  expect(() => read(value)).toThrow(expect.objectContaining({ status: 428 }));
});

test.each(['"l12"', 'W/"c12"', 'c12', '*', '"c"', '"c1", "c2"'])('%s is 412', (value) => {
  expect(() => read(value)).toThrow(expect.objectContaining({ status: 412 }));
});
