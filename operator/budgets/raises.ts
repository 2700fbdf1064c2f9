/** Raises of scales that wait for the next rebalance, so that many at once cost one, and are written before the one after. */
import type { Grant } from '../scaling/budget.ts';

/** Write a scale, at most to what was granted. It must end by itself. */
export type Write<T> = (grant: Grant) => Promise<T>;

export interface Raises {
  /** @returns what the write returned, once a rebalance has said what is granted */
  readonly add: <T>(profile: string, write: Write<T>) => Promise<T>;
  /** Those that wait now: they are the caller's to end. */
  readonly take: () => readonly Raise[];
}

interface Raise {
  readonly profile: string;
  /** Never rejects: whoever asked for the raise is told how its write ended. */
  readonly carryOut: (grant: Grant) => Promise<void>;
  /** Nothing is written. */
  readonly refuse: (error: Error) => void;
}

/** @param ring told of each one added */
export function createRaises(ring: () => void): Raises {
  const waiting: Raise[] = [];
  return {
    add: (profile, write) =>
      new Promise((resolve, reject) => {
        waiting.push({
          profile,
          carryOut: (grant) => write(grant).then(resolve, reject),
          refuse: reject,
        });
        ring();
      }),
    take: () => waiting.splice(0),
  };
}
