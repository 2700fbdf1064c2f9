/** How often something happened of late. */

/** Whole slots that are looked back on, beside the one under way. */
const slots = 8;
const slotMs = 250;

export interface RecentRate {
  readonly count: () => void;
  /** Over the last two seconds, and up to a slot more. */
  readonly perSecond: () => number;
}

/** @param now milliseconds of a clock that never goes back */
export function recentRate(now: () => number = () => performance.now()): RecentRate {
  const counts = Array.from({ length: slots + 1 }, () => 0);
  let newest = slotOf(now());

  /** Forget what is too old. */
  function advance(timeMs: number): void {
    const slot = slotOf(timeMs);
    for (newest = Math.max(newest, slot - counts.length); newest < slot; ) {
      newest += 1;
      counts[newest % counts.length] = 0;
    }
  }

  return {
    count: () => {
      advance(now());
      const index = newest % counts.length;
      counts[index] = (counts[index] ?? 0) + 1;
    },
    perSecond: () => {
      const timeMs = now();
      advance(timeMs);
      const total = counts.reduce((sum, each) => sum + each);
      return (total * 1000) / (slots * slotMs + (timeMs % slotMs));
    },
  };
}

function slotOf(timeMs: number): number {
  return Math.floor(timeMs / slotMs);
}
