import { expect, test } from 'vitest';
import { parseSelector } from './selector.ts';

const labels = { app: 'web', 'app.kubernetes.io/name': 'lms-api', tier: 'front', empty: '' };

test.each([
  ['app=web', true],
  ['app==web', true],
  ['app=db', false],
  ['app.kubernetes.io/name=lms-api,tier=front', true],
  ['app=web,tier=back', false],
  ['app!=db', true],
  ['app!=web', false],
  ['zone!=a', true],
  ['zone=a', false],
  ['app in (db,web)', true],
  ['app in (db, cache),tier=front', false],
  ['app notin (db,cache)', true],
  ['zone notin (a)', true],
  ['zone in (a)', false],
  ['tier', true],
  ['zone', false],
  ['!zone', true],
  ['!tier', false],
  ['empty=', true],
  ['app=', false],
  ['toString', false],
])('%s: %s', (text, want) => {
  expect(parseSelector(text)?.(labels)).toBe(want);
});

test.each(['', 'app=web,', 'app>3', 'app in (a', '=web', 'app in a,b'])('%j is none', (text) => {
  expect(parseSelector(text)).toBeUndefined();
});
