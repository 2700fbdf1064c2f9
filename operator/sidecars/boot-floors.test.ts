import { expect, test } from 'vitest';
import { createBootFloors } from './boot-floors.ts';

const profile = { namespace: 'shop', name: 'web' };

test('before anything is known of the files the profile’s floor counts', () => {
  expect(createBootFloors(() => 0).of(profile, 3)).toBe(3);
});

test('a higher floor counts before the files have it', () => {
  const floors = createBootFloors(() => 0);
  floors.note(profile, 3);
  expect(floors.of(profile, 5)).toBe(5);
});

test('a lower one counts only when nobody can have the files from before any more', () => {
  let nowMs = 0;
  const floors = createBootFloors(() => nowMs);
  floors.note(profile, 5);
  nowMs = 10_000;
  floors.note(profile, 5);
  floors.note(profile, 2);
  expect(floors.of(profile, 2)).toBe(5);
  nowMs = 310_000;
  floors.note(profile, 2);
  expect(floors.of(profile, 2)).toBe(5);
  nowMs = 310_001;
  expect(floors.of(profile, 2)).toBe(2);
});

test('each profile has floors of its own', () => {
  const floors = createBootFloors(() => 0);
  floors.note(profile, 5);
  expect(floors.of({ namespace: 'shop', name: 'worker' }, 2)).toBe(2);
  expect(floors.of({ namespace: 'other', name: 'web' }, 2)).toBe(2);
});
