/** Time that only moves when a test moves it. */
import { setImmediate } from 'node:timers/promises';
import type { Timing } from '../timing.ts';

export interface VirtualTiming extends Timing {
  /** Let `ms` go by: every sleeper wakes at its moment and may do its work before time goes on. */
  readonly advance: (ms: number) => Promise<void>;
}

interface Sleeper {
  readonly dueMs: number;
  readonly wake: () => void;
}

/**
 * @param settle called after each moment until everything that woke up has done its work; by default a few turns of
 *   the event loop, which is enough where no network is involved
 */
export function createVirtualTiming(settle: () => Promise<void> = turns): VirtualTiming {
  const startMs = Date.parse('2026-11-21T10:00:00Z');
  const sleepers = new Set<Sleeper>();
  let nowMs = 0;
  return {
    wallMs: () => startMs + nowMs,
    monotonicMs: () => nowMs,
    random: () => 0,
    after: (ms, run) => {
      const wake = () => {
        sleepers.delete(sleeper);
        run();
      };
      const sleeper = { dueMs: nowMs + Math.max(0, ms), wake };
      sleepers.add(sleeper);
      return () => sleepers.delete(sleeper);
    },
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        const wake = () => {
          sleepers.delete(sleeper);
          signal.removeEventListener('abort', wake);
          resolve();
        };
        const sleeper = { dueMs: nowMs + Math.max(0, ms), wake };
        if (signal.aborted) return resolve();
        signal.addEventListener('abort', wake);
        sleepers.add(sleeper);
      }),
    advance: async (ms) => {
      const endMs = nowMs + ms;
      await settle();
      for (;;) {
        const next = [...sleepers].toSorted((a, b) => a.dueMs - b.dueMs)[0];
        if (!next || next.dueMs > endMs) break;
        nowMs = Math.max(nowMs, next.dueMs);
        next.wake();
        await settle();
      }
      nowMs = endMs;
      await settle();
    },
  };
}

async function turns(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await setImmediate();
}
