import { expect, test } from 'vitest';
import { parseQuantity, quantity } from './quantity.ts';

test.each([
  { text: '35', want: 35 },
  { text: 35, want: 35 },
  { text: '100m', want: 0.1 },
  { text: '1.001', want: 1.001 },
  { text: '.5', want: 0.5 },
  { text: '2k', want: 2000 },
  { text: '1Ki', want: 1024 },
  { text: '1e3', want: 1000 },
  { text: '1E', want: 1e18 },
  { text: '-3', want: -3 },
  { text: '1u', want: 0.001 },
  { text: '0.1001', want: 0.101 },
  { text: '35 rps', want: undefined },
  { text: '', want: undefined },
  { text: '1kk', want: undefined },
])('$text is $want', ({ text, want }) => {
  expect(parseQuantity(text)).toBe(want);
});

test('a quantity out of range says which bound', () => {
  const ratio = quantity('a ratio', { atLeast: 0, atMost: 1 });
  expect(ratio.safeParse('1').data).toBe(1);
  expect(ratio.safeParse('1001m').error?.issues[0]?.message).toBe('1001m is more than 1');
  expect(ratio.safeParse(-1).error?.issues[0]?.message).toBe('-1 is less than 0');
});
