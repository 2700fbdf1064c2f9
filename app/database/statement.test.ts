import { expect, test } from 'vitest';
import { fingerprintOf } from './statement.ts';

test.each([
  {
    name: 'values',
    a: "SELECT id FROM users WHERE email = 'ada@example.test' AND age > 41",
    b: "select id from users where email = 'o''hara@example.test' and age > 7.5",
  },
  {
    name: 'the length of lists',
    a: 'SELECT 1 FROM t WHERE id IN ($1, $2,$3)',
    b: 'SELECT 1 FROM t WHERE id IN ($1)',
  },
  {
    name: 'rows inserted at once',
    a: 'INSERT INTO t (a, b) VALUES ($1, $2), ($3, $4)',
    b: 'INSERT INTO t (a, b) VALUES ($1, $2)',
  },
  { name: 'comments and spaces', a: 'SELECT /* who */ 1 -- why\n FROM t', b: 'SELECT 1   FROM t' },
])('$name make no difference', ({ a, b }) => {
  expect(fingerprintOf(a.toLowerCase())).toEqual(fingerprintOf(b.toLowerCase()));
});

test('no literal survives', () => {
  const { statement } = fingerprintOf("UPDATE users SET phone = '+44 20 7946', pin = 1234");
  expect(statement).toBe('UPDATE users SET phone = ?, pin = ?');
});

test('names with digits stay, and make a difference', () => {
  expect(fingerprintOf('SELECT "t0"."id" FROM t1').statement).toBe('SELECT "t0"."id" FROM t1');
  expect(fingerprintOf('SELECT a').fingerprint).not.toBe(fingerprintOf('SELECT b').fingerprint);
});
