/** Prometheus's answer to one query as a reading: a value and its age, or why there is none. */
import { z } from 'zod';
import type { FailedReading, FailureReason, Reading } from '../scaling/reading.ts';
import { partLabel, valuePart } from './query.ts';

const sample = z.tuple([z.number(), z.string()]);
const series = z.object({
  metric: z.record(z.string(), z.string()),
  /** Left out by a native histogram. */
  value: sample.optional(),
});

export const answerSchema = z.discriminatedUnion('status', [
  z.object({
    status: z.literal('success'),
    data: z.object({ resultType: z.literal('vector'), result: z.array(series) }),
  }),
  z.object({ status: z.literal('error'), errorType: z.string(), error: z.string() }),
]);

type Series = z.output<typeof series>;

/** The parts of a combined answer; times are Unix seconds by Prometheus's clock. */
export interface Parts {
  readonly values: readonly Series[];
  /** Newest sample of each selector that has one. */
  readonly sampleTimes: readonly number[];
}

export function failed(reason: FailureReason, message: string): FailedReading {
  return { status: 'failed', reason, message: message.slice(0, 500) };
}

export function partsOf(result: readonly Series[]): Parts {
  const isValue = ({ metric }: Series) => metric[partLabel] === valuePart;
  return {
    values: result.filter(isValue),
    sampleTimes: result
      .filter((each) => !isValue(each))
      .map(({ value }) => Number(value?.[1]))
      .filter(Number.isFinite),
  };
}

/** The one number of an answer and when it was evaluated (Unix seconds), or why there is not one number. */
export function oneValue(
  values: readonly Series[],
): { readonly value: number; readonly evaluatedAt: number } | FailedReading {
  const [first] = values;
  if (!first) return failed('absent', 'the query has no result');
  if (values.length > 1) return failed('invalid', `${values.length} series instead of one number`);
  if (!first.value) return failed('invalid', 'a histogram instead of one number');
  const [evaluatedAt, text] = first.value;
  const value = Number(text);
  if (!Number.isFinite(value)) return failed('invalid', `the value is ${text}`);
  if (value < 0) return failed('invalid', `the value is negative: ${text}`);
  return { value, evaluatedAt };
}

interface Judge {
  /** Age from which a value fails; exactly this age still counts. */
  readonly staleAfterSeconds: number;
  /** The caller's clock, milliseconds since the epoch. */
  readonly nowMs: number;
}

/**
 * Judge a value by the age of its samples. The age is by Prometheus's own clock alone and the reading's time is that
 * age before `nowMs`, so a clock that differs from ours makes nothing stale.
 *
 * @param sampleTimes newest sample of each selector: the oldest of them counts, since the value needs them all;
 *   empty where a constant answered, which is never stale
 */
export function judgeAge(
  { value, evaluatedAt }: { readonly value: number; readonly evaluatedAt: number },
  sampleTimes: readonly number[],
  { staleAfterSeconds, nowMs }: Judge,
): Reading {
  const newest = sampleTimes.length > 0 ? Math.min(...sampleTimes) : evaluatedAt;
  const ageSeconds = Math.max(0, evaluatedAt - newest);
  if (ageSeconds > staleAfterSeconds) {
    const age = Math.round(ageSeconds);
    return failed('stale', `the newest sample is ${age} s old, more than ${staleAfterSeconds} s`);
  }
  return { status: 'ok', value, atMs: Math.round(nowMs - ageSeconds * 1000) };
}
