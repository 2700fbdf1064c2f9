/** What a metric said at one instant, or why it said nothing. */

/** Why there is no value: an empty result, an unusable one, one too old, or no answer at all. */
export type FailureReason = 'absent' | 'invalid' | 'stale' | 'error';

export interface OkReading {
  readonly status: 'ok';
  /** Finite, in the metric's own unit. Zero is a value. */
  readonly value: number;
  /** Time of the newest sample, milliseconds since the epoch. */
  readonly atMs: number;
}

export interface FailedReading {
  readonly status: 'failed';
  readonly reason: FailureReason;
  /** What was seen, for people. */
  readonly message: string;
}

export type Reading = OkReading | FailedReading;
