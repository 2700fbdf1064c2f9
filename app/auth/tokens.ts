/** Access tokens: ES256 JWTs of ten minutes, and the public keys to check them with. */
import { createPublicKey, type KeyObject } from 'node:crypto';
import { calculateJwkThumbprint, exportJWK, jwtVerify, SignJWT } from 'jose';
import { z } from 'zod';
import type { PlatformRole } from '../http/route.ts';

export const accessTokenSeconds = 600;

/** What a token says about its owner. */
export interface Claims {
  readonly userId: string;
  readonly platformRole: PlatformRole | null;
  /** Of the user when the token was made; a raised one in the database ends the token. */
  readonly authVersion: number;
  /** Seconds since 1970. */
  readonly expiresAt: number;
}

export interface Tokens {
  readonly issue: (owner: Omit<Claims, 'expiresAt'>) => Promise<string>;
  /** Rejects when the token is not ours, was changed or is over. */
  readonly verify: (token: string) => Promise<Claims>;
  /** JSON Web Key Set. @see https://www.rfc-editor.org/rfc/rfc7517 */
  readonly keySet: { readonly keys: readonly object[] };
}

const audience = 'bellwether-lms';
const payloadSchema = z.object({
  sub: z.uuid(),
  rol: z.enum(['administrator', 'support']).nullable(),
  ver: z.int(),
  exp: z.int(),
});

/**
 * @param signingKey P-256 private key
 * @param issuer our public URL
 */
export async function createTokens(
  signingKey: KeyObject,
  issuer: string,
  now: () => number = Date.now,
): Promise<Tokens> {
  const publicKey = createPublicKey(signingKey.export({ type: 'pkcs8', format: 'pem' }).toString());
  const jwk = await exportJWK(publicKey);
  const kid = await calculateJwkThumbprint(jwk);
  return {
    issue: ({ userId, platformRole, authVersion }) => {
      const issuedAt = Math.floor(now() / 1000);
      return new SignJWT({ rol: platformRole, ver: authVersion })
        .setProtectedHeader({ alg: 'ES256', kid })
        .setSubject(userId)
        .setIssuer(issuer)
        .setAudience(audience)
        .setIssuedAt(issuedAt)
        .setExpirationTime(issuedAt + accessTokenSeconds)
        .sign(signingKey);
    },
    verify: async (token) => {
      const currentDate = new Date(now());
      const options = { algorithms: ['ES256'], issuer, audience, currentDate };
      const { payload } = await jwtVerify(token, publicKey, options);
      const { sub, rol, ver, exp } = payloadSchema.parse(payload);
      return { userId: sub, platformRole: rol, authVersion: ver, expiresAt: exp };
    },
    keySet: { keys: [{ ...jwk, kid, alg: 'ES256', use: 'sig' }] },
  };
}
