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

/** What stands for a reading that an observation lacks. */
export const unread: FailedReading = {
  status: 'failed',
  reason: 'absent',
  message: 'the observation has no reading of it',
};

/**
 * Judge a reading at the moment it is used: an old one has failed whoever took it, and a load is
 * never negative.
 *
 * @param staleAfterSeconds a sample exactly this old still counts
 */
export function judgeReading(reading: Reading, staleAfterSeconds: number, nowMs: number): Reading {
  if (reading.status === 'failed') return reading;
  const { value, atMs } = reading;
  if (!Number.isFinite(value) || value < 0) {
    return { status: 'failed', reason: 'invalid', message: `${value} is no load` };
  }
  const ageSeconds = (nowMs - atMs) / 1000;
  if (ageSeconds <= staleAfterSeconds) return reading;
  const message = `the newest sample is ${ageSeconds} s old, more than ${staleAfterSeconds} s`;
  return { status: 'failed', reason: 'stale', message };
}
