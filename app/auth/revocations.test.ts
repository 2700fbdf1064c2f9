import { expect, test } from 'vitest';
import { type AuthChange, createRevocations } from './revocations.ts';

const claims = { userId: 'ada', platformRole: null, authVersion: 3, expiresAt: 0 } as const;

function setUp(changes: () => Promise<readonly AuthChange[]>) {
  const clock = { now: 0 };
  const asked: number[] = [];
  const revocations = createRevocations(
    (seconds) => {
      asked.push(seconds);
      return changes();
    },
    () => clock.now,
  );
  return { clock, asked, revocations };
}

test('a token holds until its user’s version is raised', async () => {
  let changes: AuthChange[] = [{ userId: 'ada', authVersion: 3 }];
  const { clock, revocations } = setUp(async () => changes);
  expect(await revocations.holds(claims)).toBe(true);
  changes = [{ userId: 'ada', authVersion: 4 }];
  clock.now = 4001;
  expect(await revocations.holds(claims)).toBe(false);
  expect(await revocations.holds({ ...claims, authVersion: 4 })).toBe(true);
  revocations.stop();
});

test('a look older than four seconds is not relied on: the database must answer', async () => {
  let away = false;
  const { clock, revocations } = setUp(async () => {
    if (away) throw new Error('away');
    return [];
  });
  await revocations.poll();
  away = true;
  clock.now = 4000;
  expect(await revocations.holds(claims)).toBe(true);
  clock.now = 4001;
  await expect(revocations.holds(claims)).rejects.toMatchObject({ status: 503 });
  revocations.stop();
});

test('the first look covers the life of a token, later ones only the gap and an overlap', async () => {
  const { clock, asked, revocations } = setUp(async () => []);
  await revocations.poll();
  clock.now = 2000;
  await revocations.poll();
  clock.now = 10_000_000;
  await revocations.poll();
  expect(asked).toEqual([660, 62, 660]);
  revocations.stop();
});

test('many requests at a time cause one look', async () => {
  const { asked, revocations } = setUp(async () => []);
  await Promise.all(Array.from({ length: 20 }, () => revocations.holds(claims)));
  expect(asked).toHaveLength(1);
  revocations.stop();
});
