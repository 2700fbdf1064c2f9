/** From an `Authorization` header to the caller it speaks for, with verified tokens remembered. */
import type { Caller } from '../http/route.ts';
import { unauthorized } from '../problem.ts';
import type { Revocations } from './revocations.ts';
import type { Claims, Tokens } from './tokens.ts';

/** Checking a signature costs more than all the rest of a cached read; this many are remembered. */
const remembered = 10_000;

interface Verified {
  readonly caller: Caller;
  readonly claims: Claims;
}

/** @returns resolves to nobody without a header, rejects with Problem 401 when it is no good */
export function createAuthenticate(
  tokens: Tokens,
  revocations: Pick<Revocations, 'holds'>,
  now: () => number = Date.now,
): (authorization: string | undefined) => Promise<Caller | undefined> {
  const known = new Map<string, Verified>();

  const remember = (token: string, verified: Verified) => {
    known.delete(token);
    known.set(token, verified);
    if (known.size > remembered) known.delete(known.keys().next().value ?? token);
  };

  const verify = async (token: string): Promise<Verified> => {
    try {
      const claims = await tokens.verify(token);
      return { claims, caller: { userId: claims.userId, platformRole: claims.platformRole } };
    } catch (error) {
      throw unauthorized('The access token is invalid or over.', error);
    }
  };

  return async (authorization) => {
    if (authorization === undefined) return undefined;
    const token = /^Bearer ([\w.-]{1,4096})$/i.exec(authorization)?.[1];
    if (token === undefined) throw unauthorized('Send the access token as Bearer.');
    const verified = known.get(token) ?? (await verify(token));
    const { claims, caller } = verified;
    if (claims.expiresAt * 1000 <= now() || !(await revocations.holds(claims))) {
      known.delete(token);
      throw unauthorized('The access token is over.');
    }
    remember(token, verified);
    return caller;
  };
}
