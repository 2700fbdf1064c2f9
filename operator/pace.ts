/** Whether passes begin on time and there is time to spare, so that what can wait gives way to them. */
import type { Timing } from './timing.ts';

export interface Pace {
  /** A pass began so late behind its due time. */
  readonly began: (lagSeconds: number) => void;
  /** Resolves while passes begin on time and the event loop has time to spare, or when the process stops; looks once a second. */
  readonly untilSpare: () => Promise<void>;
}

const toleratedSeconds = 0.5;
/** What is left is for passes that come together, and for statuses and events, which wait for nothing here. */
const mostBusy = 0.75;
const lookMs = 1000;

/**
 * @param signal aborts when the process stops
 * @param busyShare of the time since it was last asked, 0 to 1
 */
export function createPace(
  { sleep, monotonicMs }: Pick<Timing, 'sleep' | 'monotonicMs'>,
  signal: AbortSignal,
  busyShare = measureEventLoop(),
): Pace {
  let latestSeconds = 0;
  let share = 0;
  let lookedMs = monotonicMs();
  const look = () => {
    share = busyShare();
    lookedMs = monotonicMs();
  };
  const isPressed = () => latestSeconds > toleratedSeconds || share > mostBusy;
  return {
    began: (lagSeconds) => {
      latestSeconds = lagSeconds;
    },
    untilSpare: async () => {
      if (monotonicMs() - lookedMs >= lookMs) look();
      while (isPressed() && !signal.aborted) {
        await sleep(lookMs, signal);
        look();
      }
    },
  };
}

function measureEventLoop(): () => number {
  let before = performance.eventLoopUtilization();
  return () => {
    const now = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(now, before);
    before = now;
    return utilization;
  };
}
