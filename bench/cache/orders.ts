/** What the bench of the caches and its readers tell each other. */

export interface ReaderOptions {
  readonly centralUrl: string;
  readonly nearUrl?: string;
  /** Values in the memory of the process, in characters. */
  readonly memoryCharacters?: number;
  /** Of one value. */
  readonly bytes: number;
}

export interface ReadReport {
  readonly durationsUs: readonly number[];
  /** Reads that no cache answered. */
  readonly loads: number;
  /** CPU time of the process, user and system. */
  readonly cpuUs: number;
}

/** Different values that are read. */
export const keys = 1000;
