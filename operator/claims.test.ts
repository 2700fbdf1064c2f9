import { expect, test } from 'vitest';
import { createClaims } from './claims.ts';

const day = (number: number) => `2026-11-0${number}T10:00:00Z`;

function profile(name: string, createdAt: string, target: object = {}, namespace = 'lms') {
  const scaleTargetRef = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web', ...target };
  const object: object = { spec: { scaleTargetRef } };
  const key = { namespace, name };
  return { key, uid: name, generation: 1, createdAt, resourceVersion: '1', object, status: {} };
}

function claimsOf(...profiles: readonly ReturnType<typeof profile>[]) {
  const claims = createClaims();
  for (const one of profiles) claims.stake(one);
  return claims;
}

const rivals = (claims: ReturnType<typeof createClaims>, ...names: readonly string[]) =>
  names.map((name) => claims.rivalOf({ namespace: 'lms', name }));

test('the older of two is told of the younger, and the younger of the older', () => {
  const claims = claimsOf(profile('b', day(2)), profile('a', day(1)));
  expect(rivals(claims, 'a', 'b')).toEqual([
    { profile: 'lms/b', isOlder: false },
    { profile: 'lms/a', isOlder: true },
  ]);
});

test('of the same second, the first by name is the older', () => {
  expect(rivals(claimsOf(profile('b', day(1)), profile('a', day(1))), 'a', 'b')).toEqual([
    { profile: 'lms/b', isOlder: false },
    { profile: 'lms/a', isOlder: true },
  ]);
});

test('of three, one acts', () => {
  const claims = claimsOf(profile('c', day(3)), profile('a', day(1)), profile('b', day(2)));
  const passive = rivals(claims, 'a', 'b', 'c').map((rival) => rival?.isOlder);
  expect(passive).toEqual([false, true, true]);
});

test('the version of the group makes no other target', () => {
  const claims = claimsOf(profile('a', day(1)), profile('b', day(2), { apiVersion: 'apps/v2' }));
  expect(rivals(claims, 'b')).toEqual([{ profile: 'lms/a', isOlder: true }]);
});

test.each([
  { name: 'name', other: profile('b', day(2), { name: 'worker' }) },
  { name: 'kind', other: profile('b', day(2), { kind: 'StatefulSet' }) },
  { name: 'group', other: profile('b', day(2), { apiVersion: 'example.com/v1' }) },
  { name: 'namespace', other: profile('b', day(2), {}, 'shop') },
])('another $name is another target', ({ other }) => {
  const claims = claimsOf(profile('a', day(1)), other);
  expect(claims.rivalOf({ namespace: 'lms', name: 'a' })).toBeUndefined();
});

test('a profile that goes, or scales something else, is no rival any more', () => {
  const claims = claimsOf(profile('a', day(1)), profile('b', day(2)));
  claims.stake(profile('a', day(1), { name: 'worker' }));
  expect(rivals(claims, 'a', 'b')).toEqual([undefined, undefined]);
  claims.stake(profile('a', day(1)));
  claims.release({ namespace: 'lms', name: 'a' });
  expect(rivals(claims, 'a', 'b')).toEqual([undefined, undefined]);
});

test('a profile whose target cannot be read claims nothing', () => {
  const claims = claimsOf({ ...profile('a', day(1)), object: { spec: {} } }, profile('b', day(2)));
  expect(rivals(claims, 'b')).toEqual([undefined]);
});
