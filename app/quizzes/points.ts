/** Points as whole hundredths, so that sums and shares of them are exact. */

/** A decimal as the database hands it out, or a number. */
interface Decimal {
  toString(): string;
}

/** @param points a decimal of at most two places @returns whole hundredths */
export function toHundredths(points: Decimal): number {
  return Math.round(Number(points.toString()) * 100);
}

/** @returns a decimal in text, as the database takes it: `12.50` */
export function fromHundredths(hundredths: number): string {
  return (hundredths / 100).toFixed(2);
}

/** A share of some points, rounded half up to a whole hundredth. @param ratio 0 to 1 */
export function shareOf(hundredths: number, ratio: number): number {
  const bounded = Math.min(1, Math.max(0, ratio));
  return Math.floor(hundredths * bounded + 0.5);
}
