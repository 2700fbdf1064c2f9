/** A load in 16 bits: a float without sign, with an exponent of 6 bits and a fraction of 10. */

/** In place of a load: nothing was seen. */
export const UNSEEN = 0xffff;

/**
 * What a load read back may differ from what was written, as a share of it: it is rounded to 11 bits, and one is left
 * for what is computed from it.
 */
export const LOAD_PRECISION = 2 ** -10;

/** A float of 32 bits has an exponent of 8 bits and a fraction of 23: so many of these are dropped, */
const DROPPED_BITS = 13;
/** and so much is taken off, so that the smallest load but 0 is 2^-24; the largest is about 2^40. */
const OFFSET = (127 - 24) << (23 - DROPPED_BITS);

const float = new Float32Array(1);
const bits = new Uint32Array(float.buffer);

/** @param load >= 0; what is too small becomes 0, and what is too large the largest */
export function encodeLoad(load: number): number {
  float[0] = load;
  const rounded = ((bits[0] ?? 0) + (1 << (DROPPED_BITS - 1))) >>> DROPPED_BITS;
  return Math.min(Math.max(rounded - OFFSET, 0), UNSEEN - 1);
}

/** @returns undefined for `UNSEEN` */
export function decodeLoad(code: number): number | undefined {
  if (code === UNSEEN) return undefined;
  bits[0] = code === 0 ? 0 : (code + OFFSET) << DROPPED_BITS;
  return float[0];
}
