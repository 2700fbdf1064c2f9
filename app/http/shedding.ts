/** Load shedding: when the event loop is late, refusing quickly beats answering slowly. */

export interface LoadSensor {
  /** Whether new requests should be refused now. */
  readonly overloaded: () => boolean;
  readonly stop: () => void;
}

const periodMs = 250;
/** A process this late over a whole second answers nobody in time. */
const tolerableDelayMs = 1000;

/** Watch the event loop of this process. The timer does not keep it alive. */
export function watchEventLoop(now: () => number = () => performance.now()): LoadSensor {
  let delays: readonly number[] = [];
  let due = now() + periodMs;
  const timer = setInterval(() => {
    delays = [...delays.slice(-3), Math.max(0, now() - due)];
    due = now() + periodMs;
  }, periodMs).unref();
  return {
    overloaded: () => isLate(delays),
    stop: () => clearInterval(timer),
  };
}

/** Late means each of the last four samples is over the tolerable delay: one pause is no overload. */
export function isLate(delaysMs: readonly number[]): boolean {
  return delaysMs.length >= 4 && delaysMs.every((delay) => delay > tolerableDelayMs);
}
