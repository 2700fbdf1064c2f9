/** The process's clocks and timers in one small object, so that everything that waits can be tested without waiting. */
import { setTimeout as pause } from 'node:timers/promises';

export interface Timing {
  /** Milliseconds since the epoch. */
  readonly wallMs: () => number;
  /** Milliseconds, never running backwards. */
  readonly monotonicMs: () => number;
  /** Call `run` after `ms`. @returns what takes that back */
  readonly after: (ms: number, run: () => void) => () => void;
  /** Resolves after `ms`, or as soon as `signal` aborts; never rejects. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  /** From 0 inclusive to 1 exclusive. */
  readonly random: () => number;
}

export const realTiming: Timing = {
  wallMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  after: (ms, run) => {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
  sleep: async (ms, signal) => {
    // The only rejection of a timer is its abort, which is an answer here.
    await pause(Math.max(0, ms), undefined, { signal }).catch(() => undefined);
  },
  random: () => Math.random(),
};
