/** The demo second by second: what the load measured beside what the cluster did. */
import type { Latencies, Recorder } from '../load/measure.ts';
import { lookAtCluster, type Moment } from './moment.ts';

export interface Second extends Moment {
  /** From the start of the load. */
  readonly second: number;
  readonly load: Latencies;
}

export interface Chronicle {
  readonly seconds: readonly Second[];
  /** Stop looking; resolves when the last look is over. */
  stop(): Promise<void>;
}

/**
 * Look at the cluster each second. A look that fails or comes late repeats what was seen before, so that there
 * is one entry for every second.
 *
 * @param elapsedMs time since the load began
 * @param before what there was to see before the load began
 * @param onSecond called for each new entry
 */
export function keepChronicle(
  recorder: Recorder,
  elapsedMs: () => number,
  before: Moment,
  onSecond: (entry: Second) => void,
): Chronicle {
  const seconds: Second[] = [];
  let seen = before;
  let looking: Promise<void> | undefined;
  const record = () => {
    const end = Math.floor(elapsedMs() / 1000);
    for (const load of recorder.between(seconds.length, end)) {
      const entry = { second: seconds.length, load, ...seen };
      seconds.push(entry);
      onSecond(entry);
    }
  };
  const timer = setInterval(() => {
    looking ??= lookAtCluster()
      .then((moment) => {
        seen = moment;
      })
      .catch((error: unknown) => console.error('looking at the cluster:', error))
      .finally(() => {
        looking = undefined;
      });
    record();
  }, 1000);
  const stop = async () => {
    clearInterval(timer);
    await looking;
    record();
  };
  return { seconds, stop };
}
