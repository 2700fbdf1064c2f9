export interface Slots {
  /** Resolves to the function that gives the slot back; giving it back twice is giving it back once. */
  readonly take: () => Promise<() => void>;
}

/**
 * A counting semaphore, first come first served.
 *
 * @param count how many may be taken, at least 1; asked whenever one is taken or given back
 */
export function createSlots(count: () => number): Slots {
  const waiting: (() => void)[] = [];
  let taken = 0;
  const admit = () => {
    while (taken < count()) {
      const next = waiting.shift();
      if (!next) return;
      taken += 1;
      next();
    }
  };
  return {
    take: async () => {
      await new Promise<void>((resolve) => {
        waiting.push(resolve);
        admit();
      });
      let isGiven = false;
      return () => {
        if (isGiven) return;
        isGiven = true;
        taken -= 1;
        admit();
      };
    },
  };
}
