/** The sentence that explains an Adaptive proposal in status and logs. */
import type { Addition } from './trust.ts';

export interface Explained {
  readonly level: number;
  readonly windowSeconds: number;
  readonly addition: Addition;
  /** Level and addition. */
  readonly total: number;
  /** With the load added for recent misses and for small numbers. */
  readonly upper: number;
  readonly gain: number;
  readonly costRatio: number;
}

/** For example "load 640 on the 180 s mean, + 60 because 83 % of such rises came true, + 35 for recent misses". */
export function sentenceOf(explained: Explained): string {
  const { level, windowSeconds, addition, total, upper, gain, costRatio } = explained;
  const rise =
    addition.load > 0
      ? `, + ${brief(addition.load)} because ${Math.round(100 * addition.trust)} % of such rises (${addition.kind}) came true`
      : '';
  const factor = Math.exp(gain).toFixed(2);
  return (
    `load ${brief(level)} on the ${windowSeconds} s mean${rise}, + ${brief(upper - total)} for recent misses,` +
    ` x ${factor} to keep cost near ${costRatio} x HPA`
  );
}

/** At most four significant digits, whole from a thousand on. */
function brief(load: number): string {
  return load >= 1000 ? String(Math.round(load)) : String(Number(load.toPrecision(4)));
}
