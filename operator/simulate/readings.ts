/** What the queries of a profile's metric would have answered in a run. */
import type { Metric } from '../api/metric.ts';
import type { ProfileSpec } from '../api/profile.ts';
import type { MetricReadings, Observation } from '../scaling/observation.ts';
import type { Reading } from '../scaling/reading.ts';
import { queryWindowSeconds } from '../scaling/strategy.ts';
import type { Arena } from './arena.ts';
import { rateAt } from './trace.ts';

/** Age of what a pass reads: of an HPA's pipeline, and of samples scraped every 5 s. */
const HPA_LAG_SECONDS = 15;
const LAG_SECONDS = 5;
/** The window that queries of a queue's rates are taken to have. */
const QUEUE_WINDOW_SECONDS = 60;

/** What a pass at `second` reads. */
export type ReadingsAt = (second: number) => Pick<Observation, 'readings' | 'burstReadings'>;

/** The readings of a metric, and of its burst if the profile has one, at each second of a run. */
export function readingsOf(arena: Arena, metric: Metric, spec: ProfileSpec): ReadingsAt {
  const { trace } = arena;
  const lagSeconds = spec.strategy.type === 'HPA' ? HPA_LAG_SECONDS : LAG_SECONDS;
  const at = (second: number, value: number): Reading => {
    return { status: 'ok', value, atMs: trace.startMs + (second - lagSeconds) * 1000 };
  };
  const rate = (second: number, windowSeconds: number) =>
    at(second, rateAt(trace, second, windowSeconds, lagSeconds));
  const { name } = metric;
  if (metric.type === 'Queue' && arena.queue) {
    const { backlog } = arena.queue;
    const { arrivals, completions } = metric.queue;
    const done = (second: number) =>
      backlog.completionsAt(second, QUEUE_WINDOW_SECONDS, lagSeconds);
    return (second) => {
      const readings: MetricReadings = {
        value: at(second, backlog.depthAt(second, lagSeconds)),
        ...(arrivals !== undefined && { arrivals: rate(second, QUEUE_WINDOW_SECONDS) }),
        ...(completions !== undefined && { completions: at(second, done(second)) }),
      };
      return { readings: { [name]: readings } };
    };
  }
  const { burst } = spec;
  const windowSeconds = queryWindowSeconds(spec);
  return (second) => ({
    readings: { [name]: { value: rate(second, windowSeconds) } },
    ...(burst && { burstReadings: { [name]: rate(second, burst.windowSeconds) } }),
  });
}
