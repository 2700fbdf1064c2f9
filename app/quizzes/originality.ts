/** How alike two texts are, estimated from short signatures (MinHash over shingles of words). */

/** Shingles of this many words tell copied sentences from shared vocabulary. */
const shingleWords = 3;
const signatureLength = 128;

/** The words of a text, lower-cased, without punctuation. */
export function wordsOf(text: string): readonly string[] {
  return (
    text
      .normalize('NFKC')
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu) ?? []
  );
}

/**
 * The signature of a text: for each of 128 hash functions the least hash of any shingle.
 *
 * @returns 128 signed 32-bit integers; empty for a text without words
 * @see Broder, On the resemblance and containment of documents (1997)
 */
export function signatureOf(words: readonly string[]): readonly number[] {
  const shingles = new Set<number>();
  const last = Math.max(1, words.length - shingleWords + 1);
  for (let start = 0; start < last && words.length > 0; start += 1) {
    shingles.add(hashText(words.slice(start, start + shingleWords).join(' ')));
  }
  if (shingles.size === 0) return [];
  return Array.from({ length: signatureLength }, (_, index) => leastHash(shingles, index));
}

/** The share of equal places: an estimate, to about 0.05, of how many shingles two texts share. */
export function likeness(a: readonly number[], b: readonly number[]): number {
  if (a.length !== signatureLength || b.length !== signatureLength) return 0;
  let equal = 0;
  for (let index = 0; index < signatureLength; index += 1) if (a[index] === b[index]) equal += 1;
  return equal / signatureLength;
}

function leastHash(shingles: Iterable<number>, index: number): number {
  const seed = Math.imul(index + 1, 0x9e3779b1);
  let least = 0x7fffffff;
  for (const shingle of shingles) {
    const hash = mix(shingle ^ seed);
    if (hash < least) least = hash;
  }
  return least;
}

/** FNV-1a, 32 bits. */
function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return hash;
}

/** The finalizer of MurmurHash3: every bit of the input moves every bit of the result. */
function mix(input: number): number {
  let hash = input;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) | 0;
}
