/** Registering, signing in and out, and what administrators may change about that. */
import { z } from 'zod';
import { networkOf } from '../http/address.ts';
import type { Policy, RequestLimits } from '../http/limits.ts';
import { type Caller, openRoute, type Route, signedInRoute } from '../http/route.ts';
import { conflict, forbidden, notFound } from '../problem.ts';
import { hashPassword } from './passwords.ts';
import { displayName, email, locale, timeZone } from './person.ts';
import type { Sessions } from './sessions.ts';
import type { AuthStore } from './store.ts';
import type { Tokens } from './tokens.ts';

interface AuthParts {
  readonly store: AuthStore;
  readonly sessions: Sessions;
  readonly tokens: Tokens;
  readonly limits: Pick<RequestLimits, 'takeExactly'>;
  readonly loginPolicy: Policy;
}

const tag = 'sessions';
const password = z.string().min(12).max(200);
const givenPassword = z.string().min(1).max(200);
const refreshToken = z.string().min(1).max(200);
const session = z
  .strictObject({
    accessToken: z.string(),
    tokenType: z.literal('Bearer'),
    expiresInSeconds: z.int(),
    refreshToken: z.string(),
  })
  .meta({ id: 'Session' });

/** Routes under `/api/v1/auth`, the key set, and an administrator's hold on a user's access. */
export function authRoutes(parts: AuthParts): readonly Route[] {
  return [...signInRoutes(parts), ...signOutRoutes(parts), keySetRoute(parts), accessRoute(parts)];
}

function signInRoutes({ store, sessions, limits, loginPolicy }: AuthParts): readonly Route[] {
  return [
    openRoute({
      method: 'post',
      path: '/api/v1/auth/register',
      summary: 'Open an account',
      tag,
      access: 'anyone',
      body: z.strictObject({
        email,
        password,
        displayName,
        locale: locale.default('en'),
        timeZone: timeZone.default('UTC'),
      }),
      answers: { 201: z.strictObject({ id: z.uuid() }) },
      answer: async ({ body, address }) => {
        await limits.takeExactly(loginPolicy, `register:${networkOf(address())}`);
        const { password: chosen, ...person } = body;
        const passwordHash = await hashPassword(chosen);
        const id = await store.createUser({ ...person, passwordHash });
        if (id === undefined) throw conflict('email-taken', 'This e-mail has an account.');
        return { status: 201, body: { id }, headers: { Location: '/api/v1/me' } };
      },
    }),
    openRoute({
      method: 'post',
      path: '/api/v1/auth/login',
      summary: 'Sign in with e-mail and password',
      tag,
      access: 'anyone',
      body: z.strictObject({ email, password: givenPassword }),
      answers: { 200: session },
      answer: async ({ body }) => {
        await limits.takeExactly(loginPolicy, `account:${body.email}`);
        return { status: 200, body: await sessions.login(body.email, body.password) };
      },
    }),
    openRoute({
      method: 'post',
      path: '/api/v1/auth/refresh',
      summary: 'Exchange a refresh token for a new one and a new access token',
      tag,
      access: 'anyone',
      body: z.strictObject({ refreshToken }),
      answers: { 200: session },
      answer: async ({ body }) => ({
        status: 200,
        body: await sessions.refresh(body.refreshToken),
      }),
    }),
  ];
}

function signOutRoutes({ store, sessions, limits, loginPolicy }: AuthParts): readonly Route[] {
  return [
    openRoute({
      method: 'post',
      path: '/api/v1/auth/logout',
      summary: 'End the session of this refresh token',
      tag,
      access: 'anyone',
      body: z.strictObject({ refreshToken }),
      answers: { 204: null },
      answer: async ({ body }) => {
        await sessions.logout(body.refreshToken);
        return { status: 204 };
      },
    }),
    signedInRoute({
      method: 'post',
      path: '/api/v1/auth/logout-everywhere',
      summary: 'End all sessions of the caller, access tokens included',
      tag,
      answers: { 204: null },
      answer: async ({ caller }) => {
        await store.endAll(caller.userId);
        return { status: 204 };
      },
    }),
    signedInRoute({
      method: 'put',
      path: '/api/v1/auth/password',
      summary: 'Change the password and end all sessions',
      tag,
      body: z.strictObject({ currentPassword: givenPassword, newPassword: password }),
      answers: { 204: null },
      answer: async ({ caller, body }) => {
        await limits.takeExactly(loginPolicy, `password:${caller.userId}`);
        await sessions.changePassword(caller.userId, body.currentPassword, body.newPassword);
        return { status: 204 };
      },
    }),
  ];
}

function keySetRoute({ tokens }: AuthParts): Route {
  return openRoute({
    method: 'get',
    path: '/.well-known/jwks.json',
    summary: 'Public keys of the access tokens',
    tag,
    access: 'anyone',
    cacheControl: 'public, max-age=300',
    answers: { 200: z.strictObject({ keys: z.array(z.looseObject({ kty: z.string() })) }) },
    answer: async () => ({ status: 200, body: tokens.keySet, shared: true }),
  });
}

function accessRoute({ store }: AuthParts): Route {
  return signedInRoute({
    method: 'put',
    path: '/api/v1/users/{userId}/access',
    summary: 'Set a user’s platform role and suspension; in force everywhere within 5 s',
    tag,
    params: z.strictObject({ userId: z.uuid() }),
    body: z.strictObject({
      platformRole: z.enum(['administrator', 'support']).nullable(),
      suspended: z.boolean(),
    }),
    answers: { 204: null },
    answer: async ({ caller, params, body }) => {
      requireAdministrator(caller);
      if (caller.userId === params.userId) throw forbidden('Ask another administrator.');
      if (!(await store.setAccess(params.userId, body))) throw notFound();
      return { status: 204 };
    },
  });
}

/** To all others the address does not exist. */
function requireAdministrator(caller: Caller): void {
  if (caller.platformRole !== 'administrator') throw notFound();
}
