/** How much of an exponentially weighted mean a step leaves standing. */

/** Weight of the past after `stepSeconds`: 0.5 after one half-life. */
export function decay(stepSeconds: number, halfLifeSeconds: number): number {
  return 0.5 ** (stepSeconds / halfLifeSeconds);
}

/** Move `mean` towards `value`; `weight` is that of the past. */
export function blend(mean: number, value: number, weight: number): number {
  return weight * mean + (1 - weight) * value;
}
