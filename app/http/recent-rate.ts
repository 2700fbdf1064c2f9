/** How often something happened of late. */

/** Whole slots that are looked back on, beside the one under way. */
const slots = 8;
const slotMs = 250;

/** Times are milliseconds of one clock that never goes back, and is not before 0. */
export interface RecentRate {
  readonly count: (atMs: number) => void;
  /** Over the last two seconds, and up to a slot more. */
  readonly perSecond: (atMs: number) => number;
}

export function recentRate(): RecentRate {
  const counts = Array.from({ length: slots + 1 }, () => 0);
  let newest = 0;

  /** Forget what is too old. */
  function advance(atMs: number): void {
    const slot = Math.floor(atMs / slotMs);
    for (newest = Math.max(newest, slot - counts.length); newest < slot; ) {
      newest += 1;
      counts[newest % counts.length] = 0;
    }
  }

  return {
    count: (atMs) => {
      advance(atMs);
      const index = newest % counts.length;
      counts[index] = (counts[index] ?? 0) + 1;
    },
    perSecond: (atMs) => {
      advance(atMs);
      const total = counts.reduce((sum, each) => sum + each);
      return (total * 1000) / (slots * slotMs + (atMs % slotMs));
    },
  };
}
