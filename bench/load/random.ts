/** Chance that can be repeated: the same seed gives the same numbers. */

/** Numbers in [0, 1). */
export type Random = () => number;

/** Mulberry32: 32 bits of state, good enough to spread load. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** One of `items`; low indices come up more often, as popular courses do. @throws when there are none */
export function pickPopular<T>(random: Random, items: readonly T[]): T {
  return pickAt(items, Math.floor(random() ** 2 * items.length));
}

/** One of `items`, each as likely. @throws when there are none */
export function pick<T>(random: Random, items: readonly T[]): T {
  return pickAt(items, Math.floor(random() * items.length));
}

function pickAt<T>(items: readonly T[], index: number): T {
  const item = items[index];
  if (item === undefined) throw new Error('nothing to pick from');
  return item;
}
