import { beforeEach, expect, test } from 'vitest';
import type { PodSeen } from '../pooling/observation.ts';
import { createRenewals, isRenewalDue } from './renewals.ts';

test.each<[number, number | undefined, boolean]>([
  // seconds after the Secret was written: now, last renewal, due
  [59, undefined, false],
  [60, undefined, true],
  [149, 60, false],
  [150, 60, true],
  [299, 150, false],
  [301, 151, true],
  [99_999, 301, false],
  [99_999, undefined, true],
])('%d s after the Secret, last told at %s: %s', (now, renewed, isIt) => {
  const writtenMs = 1_000_000;
  const at = (seconds: number) => writtenMs + seconds * 1000;
  const renewedMs = renewed === undefined ? undefined : at(renewed);
  expect(isRenewalDue({ writtenMs, renewedMs }, at(now))).toBe(isIt);
});

const profile = { namespace: 'shop', name: 'web' };
const running = { containerId: 'run-0', restarts: 0, floor: 3 };
const pod = (uid: string, changed: Partial<PodSeen> = {}): PodSeen => ({
  ...{ uid, name: uid, profile: 'web', address: '10.0.0.1' },
  ...{ isTerminating: false, pooler: running, directPool: 0 },
  ...changed,
});

let nowMs = 0;
let told: string[] = [];
let broken = new Set<string>();
let isLeading = true;
const troubles: string[] = [];
const refuse = async () => Promise.reject(new Error('not asked for'));
const create = () =>
  createRenewals({
    poolers: {
      connect: async ({ uid }) => ({
        ...{ read: refuse, demand: refuse, setLimit: refuse, setLifetime: refuse },
        close: () => undefined,
        renew: async () => {
          if (broken.has(uid)) throw new Error('gone');
          told.push(uid);
        },
      }),
    },
    isLeading: () => isLeading,
    wallMs: () => nowMs,
    onTrouble: (name) => troubles.push(name),
  });

beforeEach(() => {
  nowMs = 0;
  told = [];
  broken = new Set();
  isLeading = true;
  troubles.length = 0;
});

test('every pooler of the profile is told each time the files may have come', async () => {
  const renewals = create();
  renewals.note(profile, 0);
  const pods = [pod('a'), pod('b'), pod('c', { profile: 'worker' })];
  for (const seconds of [0, 59, 60, 62, 150, 152, 300, 302, 4000]) {
    nowMs = seconds * 1000;
    await renewals.run('shop', pods);
  }
  expect(told).toEqual(['a', 'b', 'a', 'b', 'a', 'b']);
});

test.each<[string, Partial<PodSeen>]>([
  ['has no pooler', { pooler: undefined }],
  ['has one that never ran', { pooler: { ...running, containerId: '' } }],
  ['has no address', { address: '' }],
  ['terminates', { isTerminating: true }],
])('a pod that %s is not told', async (_, changed) => {
  const renewals = create();
  renewals.note(profile, 0);
  nowMs = 400_000;
  await renewals.run('shop', [pod('a', changed)]);
  expect(told).toEqual([]);
});

test('one that does not answer is told a little later, and keeps nobody else waiting', async () => {
  const renewals = create();
  renewals.note(profile, 0);
  broken.add('a');
  nowMs = 400_000;
  await renewals.run('shop', [pod('a'), pod('b')]);
  expect([told, troubles]).toEqual([['b'], ['a']]);
  broken.clear();
  nowMs += 9999;
  await renewals.run('shop', [pod('a'), pod('b')]);
  expect(told).toEqual(['b']);
  nowMs += 1;
  await renewals.run('shop', [pod('a'), pod('b')]);
  expect(told).toEqual(['b', 'a']);
});

test('who does not lead tells nobody', async () => {
  const renewals = create();
  renewals.note(profile, 0);
  isLeading = false;
  nowMs = 400_000;
  await renewals.run('shop', [pod('a')]);
  expect(told).toEqual([]);
});
