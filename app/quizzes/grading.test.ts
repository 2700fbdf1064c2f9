import fc from 'fast-check';
import { expect, test } from 'vitest';
import { gradeByKey } from './grading.ts';
import { fromHundredths, shareOf, toHundredths } from './points.ts';
import { type Key, keySchema, type Response, responseSchema } from './question.ts';

const single = { kind: 'single', option: 'a' };
const multiple = { kind: 'multiple', options: ['a', 'b'] };
const numeric = { kind: 'numeric', value: 0.2, tolerance: 0.1 };
const short = { kind: 'short', accepted: ['New York', 'NYC'] };
const ordering = { kind: 'ordering', order: ['a', 'b', 'c'] };

test.each([
  { key: single, response: { kind: 'single', option: 'a' }, share: 1 },
  { key: single, response: { kind: 'single', option: 'b' }, share: 0 },
  { key: multiple, response: { kind: 'multiple', options: ['b', 'a'] }, share: 1 },
  { key: multiple, response: { kind: 'multiple', options: ['a'] }, share: 0.5 },
  { key: multiple, response: { kind: 'multiple', options: ['a', 'x'] }, share: 0 },
  { key: multiple, response: { kind: 'multiple', options: ['a', 'b', 'x'] }, share: 0.5 },
  { key: multiple, response: { kind: 'multiple', options: ['x', 'y'] }, share: 0 },
  { key: numeric, response: { kind: 'numeric', value: 0.3 }, share: 1 },
  { key: numeric, response: { kind: 'numeric', value: 0.301 }, share: 0 },
  { key: numeric, response: { kind: 'numeric', value: -0.2 }, share: 0 },
  { key: short, response: { kind: 'short', text: '  new   YORK ' }, share: 1 },
  { key: short, response: { kind: 'short', text: 'Boston' }, share: 0 },
  { key: ordering, response: { kind: 'ordering', order: ['a', 'b', 'c'] }, share: 1 },
  { key: ordering, response: { kind: 'ordering', order: ['a', 'c', 'b'] }, share: 0 },
])('$key.kind: $response earns $share', ({ key, response, share }) => {
  expect(gradeByKey(keySchema.parse(key), responseSchema.parse(response))).toBe(share);
});

test('an essay waits for its reader, a missing one does not', () => {
  const key: Key = { kind: 'essay', terms: [], minWords: 0 };
  expect(gradeByKey(key, { kind: 'essay', text: 'Words.' })).toBeUndefined();
  expect(gradeByKey(key, null)).toBe(0);
});

test('a response of another kind is a fault of the program', () => {
  expect(() => gradeByKey({ kind: 'single', option: 'a' }, { kind: 'short', text: 'a' })).toThrow();
});

test('several choices never earn less than nothing or more than everything', () => {
  const options = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd', 'e'));
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.constantFrom('a', 'b', 'c'), { minLength: 1 }),
      options,
      (r, c) => {
        const response: Response = { kind: 'multiple', options: c };
        const share = gradeByKey({ kind: 'multiple', options: r }, response) ?? -1;
        expect(share).toBeGreaterThanOrEqual(0);
        expect(share).toBeLessThanOrEqual(1);
        expect(share === 1).toBe([...r].sort().join() === [...c].sort().join());
      },
    ),
  );
});

test('hundredths survive the way to the database and back', () => {
  fc.assert(
    fc.property(fc.nat(99_999_999), (hundredths) => {
      expect(toHundredths(fromHundredths(hundredths))).toBe(hundredths);
    }),
  );
});

test('a share is rounded half up and stays within the points', () => {
  expect(shareOf(100, 1 / 3)).toBe(33);
  expect(shareOf(1, 0.5)).toBe(1);
  expect([shareOf(250, -1), shareOf(250, 2)]).toEqual([0, 250]);
});
