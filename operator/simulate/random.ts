/** Randomness that a seed decides: uniform, normal and Poisson numbers. */

/** Uniform in [0, 1). */
export type Random = () => number;

/**
 * Marsaglia's xorshift with 32 bits: the same seed gives the same numbers everywhere.
 *
 * @see https://www.jstatsoft.org/article/view/v008i14
 */
export function randomBy(seed: number): Random {
  // Neighbouring seeds are spread by a multiplication; zero would stay zero for ever.
  let state = Math.imul(seed + 1, 0x9e3779b1) || 1;
  const next = () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
  for (let spin = 0; spin < 16; spin += 1) next();
  return next;
}

/** Mean 0, variance 1 (Box and Muller). */
export function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** From here on a Poisson number is drawn as a normal one, bent by its skewness (Cornish and Fisher) and rounded. */
const MANY = 50;

/** A whole number with this mean and variance, by Knuth's product of uniforms where the mean is small. */
export function poisson(mean: number, random: Random): number {
  if (mean > MANY) {
    const spread = normal(random);
    return Math.max(0, Math.round(mean + Math.sqrt(mean) * spread + (spread ** 2 - 1) / 6));
  }
  const limit = Math.exp(-mean);
  let count = 0;
  for (let product = random(); product > limit; product *= random()) count += 1;
  return count;
}
