/** Whether passes begin on time, so that what can wait gives way to them. */
import type { Timing } from './timing.ts';

export interface Pace {
  /** A pass began so late behind its due time. */
  readonly began: (lagSeconds: number) => void;
  /** Resolves while passes begin on time, or when the process stops; looks once a second. */
  readonly untilOnTime: () => Promise<void>;
}

const toleratedSeconds = 0.5;
const lookMs = 1000;

/** @param signal aborts when the process stops */
export function createPace({ sleep }: Pick<Timing, 'sleep'>, signal: AbortSignal): Pace {
  let latestSeconds = 0;
  return {
    began: (lagSeconds) => {
      latestSeconds = lagSeconds;
    },
    untilOnTime: async () => {
      while (latestSeconds > toleratedSeconds && !signal.aborted) await sleep(lookMs, signal);
    },
  };
}
