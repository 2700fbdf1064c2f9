/** When which profile is looked at: a tick per profile and a doorbell, one pass in flight per key, many keys at once. */
import { idOf, type Key } from './kubernetes/collection.ts';
import { createSlots } from './slots.ts';
import type { Timing } from './timing.ts';

/** How a pass ends. `never`: the object is gone. */
export type Next =
  | {
      /** When to look again, milliseconds from the start of the pass. */
      readonly afterMs: number;
      /** What is left to do and need not keep other passes waiting; the key's own next pass comes after it. */
      readonly rest?: () => Promise<void>;
    }
  | 'never';

export interface LoopOptions {
  readonly pass: (key: Key) => Promise<Next>;
  /** Most passes in flight, without those that only have their rest to do. */
  readonly concurrency: number;
  readonly timing: Timing;
  /** How late a pass began behind its due time. */
  readonly onStart: (lagSeconds: number) => void;
  readonly onFailure: (key: Key, error: unknown, delayMs: number) => void;
}

export interface Loop {
  /** Begin with a key that is new, after `delayMs`. */
  readonly plan: (key: Key, delayMs: number) => void;
  /** Look at this key now, be it new or waiting after a failure. */
  readonly ring: (key: Key) => void;
  /** Start no further pass. @returns when those in flight are over */
  readonly stop: () => Promise<void>;
}

interface Entry {
  readonly key: Key;
  dueMs: number;
  failures: number;
  /** Rung since the last pass began. */
  isRung: boolean;
  /** Ends the wait for the next pass; undefined while there is none. */
  cancel: (() => void) | undefined;
}

const firstRetryMs = 1000;
const maxRetryMs = 15_000;

export function createLoop(options: LoopOptions): Loop {
  const { timing } = options;
  const entries = new Map<string, Entry>();
  const turns = new Set<Promise<void>>();
  const slots = createSlots(() => options.concurrency);
  let isStopped = false;

  function add(key: Key, delayMs: number): void {
    const dueMs = timing.monotonicMs() + delayMs;
    const entry = { key, dueMs, failures: 0, isRung: false, cancel: undefined };
    entries.set(idOf(key), entry);
    wait(entry);
  }

  function ring(key: Key): void {
    const entry = entries.get(idOf(key));
    if (!entry) {
      add(key, 0);
      return;
    }
    // Due from now on, so that the ring is not counted as lateness of the tick.
    if (!entry.isRung) entry.dueMs = Math.min(entry.dueMs, timing.monotonicMs());
    entry.isRung = true;
    if (!entry.cancel) return;
    entry.cancel();
    wait(entry);
  }

  /** Begin a turn once the key is due or rung: until then a timer is all that there is of it. */
  function wait(entry: Entry): void {
    const leftMs = entry.isRung ? 0 : entry.dueMs - timing.monotonicMs();
    if (leftMs > 0) {
      entry.cancel = timing.after(leftMs, () => wait(entry));
      return;
    }
    entry.cancel = undefined;
    const turn = takeTurn(entry).finally(() => turns.delete(turn));
    turns.add(turn);
  }

  async function takeTurn(entry: Entry): Promise<void> {
    const free = await slots.take();
    let isLast = isStopped;
    try {
      if (!isStopped) isLast = await passOnce(entry, free);
    } finally {
      free();
    }
    if (isLast || isStopped) entries.delete(idOf(entry.key));
    else wait(entry);
  }

  /** @returns whether there is nothing more to look at */
  async function passOnce(entry: Entry, free: () => void): Promise<boolean> {
    const startedMs = timing.monotonicMs();
    options.onStart(Math.max(0, startedMs - entry.dueMs) / 1000);
    entry.isRung = false;
    try {
      const next = await options.pass(entry.key);
      free();
      if (next !== 'never') await next.rest?.();
      entry.failures = 0;
      // Rung meanwhile, it may have come back.
      if (next === 'never') return !entry.isRung;
      entry.dueMs = nextDue(entry.dueMs, startedMs, next.afterMs);
    } catch (error) {
      entry.failures += 1;
      const delayMs = retryDelay(entry.failures, error, timing.random());
      entry.dueMs = timing.monotonicMs() + delayMs;
      options.onFailure(entry.key, error, delayMs);
    }
    return false;
  }

  return {
    plan: (key, delayMs) => {
      if (!isStopped && !entries.has(idOf(key))) add(key, delayMs);
    },
    ring: (key) => {
      if (!isStopped) ring(key);
    },
    stop: async () => {
      isStopped = true;
      for (const { cancel } of entries.values()) cancel?.();
      await Promise.all(turns);
    },
  };
}

/** On the beat of the last due time, so that passes do not drift; from now if that beat has been missed. */
function nextDue(dueMs: number, startedMs: number, afterMs: number): number {
  const onBeat = dueMs + afterMs;
  return onBeat > startedMs ? onBeat : startedMs + afterMs;
}

/** Doubling from 1 s to 15 s with up to half of it taken off by chance; never before a server's Retry-After. */
function retryDelay(failures: number, error: unknown, random: number): number {
  const grown = Math.min(maxRetryMs, firstRetryMs * 2 ** (failures - 1));
  return Math.max(grown * (1 - random / 2), retryAfterMs(error));
}

function retryAfterMs(error: unknown): number {
  const isTold = error instanceof Error && 'retryAfterSeconds' in error;
  return isTold && typeof error.retryAfterSeconds === 'number' ? error.retryAfterSeconds * 1000 : 0;
}
