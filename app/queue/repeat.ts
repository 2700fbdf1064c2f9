/** Work that repeats until it is stopped, and slows down while it fails. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '../log.ts';

export interface Repeated {
  /** Resolves when the turn that runs now is over; no other one begins. */
  readonly stop: () => Promise<void>;
}

interface RepeatOptions {
  readonly name: string;
  /** Pause after a turn that found nothing to do. */
  readonly idleMs: number;
  /** Longest pause while turns fail. */
  readonly longestMs: number;
  readonly log: Log;
}

/** @param turn resolves to how much it did: after something the next turn follows at once */
export function repeat(turn: () => Promise<number>, options: RepeatOptions): Repeated {
  const { name, idleMs, longestMs, log } = options;
  const stopping = new AbortController();
  const run = async () => {
    let failures = 0;
    while (!stopping.signal.aborted) {
      try {
        const done = await turn();
        if (failures > 0) log.info({ name, failures }, 'repeated work goes on');
        failures = 0;
        if (done > 0) continue;
      } catch (err) {
        if (failures === 0) log.warn({ name, err }, 'repeated work failed');
        failures += 1;
      }
      await pause(pauseMs(failures, idleMs, longestMs), stopping.signal);
    }
  };
  const running = run();
  return {
    stop: async () => {
      stopping.abort();
      await running;
    },
  };
}

/** @param failures in a row; 0: the turn was idle @returns half of it random while failing */
export function pauseMs(failures: number, idleMs: number, longestMs: number): number {
  if (failures === 0) return idleMs;
  const ceiling = Math.min(longestMs, idleMs * 2 ** Math.min(failures, 20));
  return ceiling / 2 + (Math.random() * ceiling) / 2;
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => undefined);
}
