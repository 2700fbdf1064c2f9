import fc from 'fast-check';
import { expect, test } from 'vitest';
import { newCode, parseCode } from './code.ts';

test('every new code is one that can be verified', () => {
  const bytes = fc.uint8Array({ minLength: 20, maxLength: 20 });
  fc.assert(
    fc.property(bytes, (random) => {
      const code = newCode(() => random);
      expect(parseCode(code)).toBe(code);
    }),
  );
});

test('codes do not repeat', () => {
  expect(new Set(Array.from({ length: 1000 }, () => newCode())).size).toBe(1000);
});

test.each([
  { typed: ' 0123-4567-89ab-cdef-ghjk ', code: '0123456789ABCDEFGHJK' },
  { typed: 'o123456789abcdefghji', code: '0123456789ABCDEFGHJ1' },
  { typed: '0123456789ABCDEFGHJ', code: undefined },
  { typed: "0123456789ABCDEFGHJ'", code: undefined },
  { typed: 'U123456789ABCDEFGHJK', code: undefined },
])('$typed is $code', ({ typed, code }) => {
  expect(parseCode(typed)).toBe(code);
});
