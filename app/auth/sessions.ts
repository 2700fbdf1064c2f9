/** Sign-in sessions: a family of refresh tokens, each good once, and access tokens made from them. */
import { createHash, randomBytes } from 'node:crypto';
import { invalid, unauthorized } from '../problem.ts';
import { hashPassword, verifyPassword } from './passwords.ts';
import type { AuthStore, Hash, Owner } from './store.ts';
import { accessTokenSeconds, type Tokens } from './tokens.ts';

/** A refresh token lasts two weeks from its making, a session at most ninety days. */
const seconds = { token: 14 * 86_400, family: 90 * 86_400 };

export interface Session {
  readonly accessToken: string;
  readonly tokenType: 'Bearer';
  readonly expiresInSeconds: number;
  readonly refreshToken: string;
}

export type Sessions = ReturnType<typeof createSessions>;

export function createSessions(store: AuthStore, tokens: Tokens) {
  const toSession = async (owner: Owner, refreshToken: string): Promise<Session> => ({
    accessToken: await tokens.issue(owner),
    tokenType: 'Bearer',
    expiresInSeconds: accessTokenSeconds,
    refreshToken,
  });

  return {
    /** @throws Problem 401 for a wrong e-mail or password or a suspended user, without saying which */
    login: async (email: string, password: string): Promise<Session> => {
      const user = await store.userByEmail(email);
      const matches = await verifyPassword(user?.passwordHash, password);
      if (!user || !matches) throw wrongCredentials();
      const refreshToken = newToken();
      const owner = await store.startFamily(user.id, hashOf(refreshToken), seconds);
      if (!owner) throw wrongCredentials();
      return toSession(owner, refreshToken);
    },

    /** @throws Problem 401 when the token is no good; one that was used before ends its family */
    refresh: async (token: string): Promise<Session> => {
      const successor = newToken();
      const owner = await store.rotate(hashOf(token), hashOf(successor), seconds);
      if (owner) return toSession(owner, successor);
      await store.endReused(hashOf(token));
      throw unauthorized('The refresh token is no longer good; sign in again.');
    },

    logout: (refreshToken: string): Promise<void> => store.endFamily(hashOf(refreshToken)),

    /** Change the password and end every session. @throws Problem 422 when `current` is wrong */
    changePassword: async (userId: string, current: string, next: string): Promise<void> => {
      const hash = await store.passwordHashOf(userId);
      const matches = await verifyPassword(hash, current);
      if (hash === undefined || !matches) throw wrongCurrent();
      const changed = await store.changePassword(userId, hash, await hashPassword(next));
      if (!changed) throw wrongCurrent();
    },
  };
}

function wrongCredentials() {
  return unauthorized('E-mail or password is wrong, or the account is suspended.');
}

function wrongCurrent() {
  const detail = 'is not the current password';
  return invalid([{ pointer: '#/currentPassword', rule: 'mismatch', detail }]);
}

/** 256 random bits: unguessable, so a plain hash is enough to store. */
function newToken(): string {
  return randomBytes(32).toString('base64url');
}

function hashOf(token: string): Hash {
  return new Uint8Array(createHash('sha256').update(token).digest());
}
