/** The codes that certificates are verified by: random, unguessable, easy to read out. */
import { randomBytes } from 'node:crypto';

/** Crockford's base 32: no I, L, O or U. */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const length = 20;

/** 100 random bits as 20 characters. */
export function newCode(random: (bytes: number) => Uint8Array = randomBytes): string {
  return [...random(length)].map((byte) => alphabet[byte % 32]).join('');
}

/** The code as stored from what somebody typed; undefined when it cannot be one. */
export function parseCode(typed: string): string | undefined {
  const code = typed
    .toUpperCase()
    .replaceAll(/[\s-]/g, '')
    .replaceAll('O', '0')
    .replaceAll(/[IL]/g, '1');
  return /^[0-9A-HJKMNP-TV-Z]{20}$/.test(code) ? code : undefined;
}
