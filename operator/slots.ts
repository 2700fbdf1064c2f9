export interface Slots {
  /** Resolves to the function that gives the slot back; giving it back twice is giving it back once. */
  readonly take: () => Promise<() => void>;
}

/** A counting semaphore, first come first served. */
export function createSlots(count: number): Slots {
  const waiting: (() => void)[] = [];
  let free = count;
  const give = () => {
    const next = waiting.shift();
    if (next) next();
    else free += 1;
  };
  return {
    take: async () => {
      if (free > 0) free -= 1;
      else await new Promise<void>((resolve) => waiting.push(resolve));
      let isGiven = false;
      return () => {
        if (!isGiven) give();
        isGiven = true;
      };
    },
  };
}
