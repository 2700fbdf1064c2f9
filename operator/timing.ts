/** The process's clocks and timers in one small object, so that everything that waits can be tested without waiting. */
import { setTimeout } from 'node:timers/promises';

export interface Timing {
  /** Milliseconds since the epoch. */
  readonly wallMs: () => number;
  /** Milliseconds, never running backwards. */
  readonly monotonicMs: () => number;
  /** Resolves after `ms`, or as soon as `signal` aborts; never rejects. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  /** From 0 inclusive to 1 exclusive. */
  readonly random: () => number;
}

export const realTiming: Timing = {
  wallMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  sleep: async (ms, signal) => {
    // The only rejection of a timer is its abort, which is an answer here.
    await setTimeout(Math.max(0, ms), undefined, { signal }).catch(() => undefined);
  },
  random: () => Math.random(),
};
