import { generateKeyPairSync } from 'node:crypto';
import { expect, test } from 'vitest';
import { createAuthenticate } from './authenticate.ts';
import { createTokens } from './tokens.ts';

const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const owner = {
  userId: '5f3c1f0a-1111-4000-8000-000000000000',
  platformRole: 'support',
  authVersion: 1,
} as const;

async function setUp(issuer = 'https://lms.example') {
  const clock = { now: 1_700_000_000_000 };
  const tokens = await createTokens(privateKey, issuer, () => clock.now);
  const state = { holds: true, verified: 0 };
  const counting = {
    ...tokens,
    verify: (token: string) => {
      state.verified += 1;
      return tokens.verify(token);
    },
  };
  const holds = async () => state.holds;
  return {
    clock,
    tokens,
    state,
    authenticate: createAuthenticate(counting, { holds }, () => clock.now),
  };
}

test('a token speaks for its owner, and its signature is checked once', async () => {
  const { tokens, state, authenticate } = await setUp();
  const header = `Bearer ${await tokens.issue(owner)}`;
  const caller = { userId: owner.userId, platformRole: 'support' };
  expect(await authenticate(header)).toEqual(caller);
  expect(await authenticate(header)).toEqual(caller);
  expect(state.verified).toBe(1);
});

test('no header, nobody', async () => {
  const { authenticate } = await setUp();
  expect(await authenticate(undefined)).toBeUndefined();
});

test('a remembered token ends after ten minutes', async () => {
  const { clock, tokens, authenticate } = await setUp();
  const header = `Bearer ${await tokens.issue(owner)}`;
  await authenticate(header);
  clock.now += 599_000;
  expect(await authenticate(header)).toBeDefined();
  clock.now += 1000;
  await expect(authenticate(header)).rejects.toMatchObject({ status: 401 });
});

test('a remembered token ends when its rights no longer hold', async () => {
  const { tokens, state, authenticate } = await setUp();
  const header = `Bearer ${await tokens.issue(owner)}`;
  await authenticate(header);
  state.holds = false;
  await expect(authenticate(header)).rejects.toMatchObject({ status: 401 });
});

test.each(['Basic abc', 'Bearer', 'Bearer a b', 'Bearer not.a.token'])(
  '%s is 401',
  async (header) => {
    const { authenticate } = await setUp();
    await expect(authenticate(header)).rejects.toMatchObject({ status: 401 });
  },
);

test('tokens without signature, of another key or of another issuer are 401', async () => {
  const { authenticate } = await setUp();
  const other = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
  const now = () => 1_700_000_000_000;
  const forged = await (await createTokens(other, 'https://lms.example', now)).issue(owner);
  const foreign = await (await createTokens(privateKey, 'https://else.example', now)).issue(owner);
  const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');
  const [, payload] = forged.split('.');
  const unsigned = `${encode({ alg: 'none' })}.${payload}.`;
  for (const token of [forged, foreign, unsigned]) {
    await expect(authenticate(`Bearer ${token}`)).rejects.toMatchObject({ status: 401 });
  }
});
