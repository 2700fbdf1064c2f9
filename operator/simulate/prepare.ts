/** What is done to a trace before it is run: a moving mean, a scale, and noise. */
import { poisson, randomBy } from './random.ts';
import { sumBefore, type Trace, traceOf } from './trace.ts';

export interface Preparation {
  /** Width of a centred moving mean; 0: none. Beyond the ends of the trace there is no load. */
  readonly smoothSeconds: number;
  readonly scale: number;
  /** The mean to scale to, instead of `scale`. */
  readonly mean?: number | undefined;
  /** Seed of Poisson noise around every second's load; undefined: none. */
  readonly poissonSeed?: number | undefined;
}

/** The trace smoothed, then scaled, then made noisy. */
export function prepare(trace: Trace, how: Preparation): Trace {
  const { smoothSeconds, mean, poissonSeed } = how;
  const total = trace.sums.at(-1) ?? 0;
  const scale = mean === undefined ? how.scale : (mean * trace.loads.length) / (total || 1);
  const behind = Math.floor(smoothSeconds / 2);
  const random = poissonSeed === undefined ? undefined : randomBy(poissonSeed);
  const loads = trace.loads.map((load, second) => {
    const begin = second - behind;
    const sum = sumBefore(trace, begin + smoothSeconds) - sumBefore(trace, begin);
    const scaled = (smoothSeconds > 0 ? sum / smoothSeconds : load) * scale;
    return random ? poisson(scaled, random) : scaled;
  });
  return traceOf(trace.name, trace.startMs, loads);
}
