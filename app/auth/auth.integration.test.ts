/** Sessions over HTTP against real PostgreSQL and Redis. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { type Reply, startApi, type TestApi } from '../testing/api.ts';
import { newAdministrator, newPerson, password, register, signIn } from '../testing/people.ts';
import { sweepSessions } from './sweep.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.close());

const me = (token: string) => api.call('GET /api/v1/me', { token });
const refresh = (refreshToken: string) =>
  api.call('POST /api/v1/auth/refresh', { body: { refreshToken } });
const session = z.object({ accessToken: z.string(), refreshToken: z.string() });
const tokensOf = ({ body }: Reply) => session.parse(body);

/** Until the answer has this status, for at most the promised five seconds. */
async function within5Seconds(ask: () => Promise<Reply>, status: number): Promise<number> {
  const start = performance.now();
  let reply = await ask();
  while (reply.status !== status && performance.now() - start < 5000) reply = await ask();
  return reply.status;
}

test('someone registers, signs in and reads their profile', async () => {
  const { id, email } = await register(api);
  const { token } = await signIn(api, email);
  const reply = await me(token);
  expect(reply.status).toBe(200);
  expect(reply.body).toMatchObject({ id, email, displayName: 'Ada Test', platformRole: null });
  expect(reply.headers.get('cache-control')).toBe('private, no-store');
});

test('one mailbox has one account, however it is written', async () => {
  const { email } = await register(api);
  const body = { email: ` ${email.toUpperCase()} `, password, displayName: 'Eve' };
  expect(await api.call('POST /api/v1/auth/register', { body })).toMatchObject({
    status: 409,
    body: { type: 'urn:bellwether:problem:email-taken' },
  });
});

test('a wrong password and an unknown e-mail answer alike', async () => {
  const { email } = await register(api);
  const wrong = { email, password: 'not the password' };
  const unknown = { email: 'nobody@example.test', password: 'not the password' };
  const replies = await Promise.all(
    [wrong, unknown].map((body) => api.call('POST /api/v1/auth/login', { body })),
  );
  expect(replies[0]?.status).toBe(401);
  expect(replies[0]?.body).toEqual(replies[1]?.body);
});

test('a refresh token is good once; used again it ends its family and its access tokens', async () => {
  const person = await newPerson(api);
  const first = tokensOf(await refresh(person.refreshToken));
  expect((await refresh(person.refreshToken)).status).toBe(401);
  expect((await refresh(first.refreshToken)).status).toBe(401);
  expect(await within5Seconds(() => me(first.accessToken), 401)).toBe(401);
});

test('of many refreshes at a time with one token at most one succeeds', async () => {
  const person = await newPerson(api);
  const replies = await Promise.all(Array.from({ length: 8 }, () => refresh(person.refreshToken)));
  expect(replies.filter(({ status }) => status === 200)).toHaveLength(1);
});

test('logout ends this session only, logout everywhere all of them', async () => {
  const person = await newPerson(api);
  const other = await signIn(api, person.email);
  const body = { refreshToken: person.refreshToken };
  expect((await api.call('POST /api/v1/auth/logout', { body })).status).toBe(204);
  expect((await refresh(person.refreshToken)).status).toBe(401);
  const next = tokensOf(await refresh(other.refreshToken));

  const everywhere = 'POST /api/v1/auth/logout-everywhere';
  expect((await api.call(everywhere, { token: next.accessToken })).status).toBe(204);
  expect((await refresh(next.refreshToken)).status).toBe(401);
  expect(await within5Seconds(() => me(next.accessToken), 401)).toBe(401);
});

test('a changed password ends all sessions', async () => {
  const person = await newPerson(api);
  const change = (currentPassword: string) =>
    api.call('PUT /api/v1/auth/password', {
      token: person.token,
      body: { currentPassword, newPassword: 'another long password' },
    });
  expect(await change('wrong')).toMatchObject({
    status: 422,
    body: { errors: [{ pointer: '#/currentPassword', rule: 'mismatch' }] },
  });
  expect((await change(password)).status).toBe(204);
  expect((await refresh(person.refreshToken)).status).toBe(401);
  expect(await within5Seconds(() => me(person.token), 401)).toBe(401);
});

test('a demotion and a suspension take effect on every pod within 5 s', async () => {
  const administrator = await newAdministrator(api);
  const other = await newAdministrator(api);
  const set = (body: object) =>
    api.call(`PUT /api/v1/users/${other.id}/access`, { token: administrator.token, body });
  const open = () => api.call('POST /api/v1/categories', { token: other.token, body: {} });
  expect((await open()).status).toBe(422);

  expect((await set({ platformRole: null, suspended: false })).status).toBe(204);
  expect(await within5Seconds(open, 401)).toBe(401);
  const demoted = await signIn(api, other.email);
  const body = { slug: 'x', name: 'x' };
  expect((await api.call('POST /api/v1/categories', { token: demoted.token, body })).status).toBe(
    403,
  );

  expect((await set({ platformRole: null, suspended: true })).status).toBe(204);
  expect(await within5Seconds(() => me(demoted.token), 401)).toBe(401);
  expect((await refresh(demoted.refreshToken)).status).toBe(401);
  const login = { email: other.email, password };
  expect((await api.call('POST /api/v1/auth/login', { body: login })).status).toBe(401);
});

test('the access of users is nothing that others even see', async () => {
  const person = await newPerson(api);
  const body = { platformRole: 'administrator', suspended: false };
  const target = `PUT /api/v1/users/${person.id}/access`;
  expect((await api.call(target, { token: person.token, body })).status).toBe(404);
});

test('an access token of someone else’s making is no good', async () => {
  const { token } = await newPerson(api);
  const [header, payload] = token.split('.');
  for (const forged of [`${header}.${payload}.`, `${header}.${payload}.AAAA`, 'x', `${token}x`]) {
    expect((await me(forged)).status).toBe(401);
  }
});

test('ended sessions are forgotten after a day, live ones are not', async () => {
  const person = await newPerson(api);
  const { refreshToken } = await signIn(api, person.email);
  await api.call('POST /api/v1/auth/logout', { body: { refreshToken: person.refreshToken } });
  const own = { where: { userId: person.id } };
  await sweepSessions(api.prisma);
  expect(await api.prisma.refreshFamily.count(own)).toBe(2);
  const twoDaysAgo = new Date(Date.now() - 2 * 86_400_000);
  await api.prisma.refreshFamily.updateMany({
    where: { userId: person.id, endedAt: { not: null } },
    data: { endedAt: twoDaysAgo },
  });
  await sweepSessions(api.prisma);
  expect(await api.prisma.refreshFamily.count(own)).toBe(1);
  expect((await refresh(refreshToken)).status).toBe(200);
});
