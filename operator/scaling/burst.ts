/** BURST: a second reading over a short window that raises at once and, for a minute after, lets nothing fall. */
import { type Burst, burstMetrics } from '../api/burst.ts';
import type { Watch } from '../api/decision.ts';
import type { AverageMetric } from '../api/metric.ts';
import type { ProfileSpec } from '../api/profile.ts';
import { iso } from './iso.ts';
import type { Observation } from './observation.ts';
import type { Push } from './push.ts';
import { judgeReading, unread } from './reading.ts';
import { replicasForLoad } from './replicas.ts';

/** How long nothing falls after the last pass over the threshold. */
const HOLD_MS = 60_000;

export interface BurstVerdict {
  readonly pushes: readonly Push[];
  readonly watches: readonly Watch[];
  /** The last pass over the threshold; undefined once it holds nothing any more. */
  readonly atMs?: number;
}

/**
 * Judge the second readings of a pass. Over the threshold is what asks for at least `thresholdPercent` of the ready
 * and starting replicas. A failed reading raises nothing, and a hold goes on without it.
 *
 * @param lastAtMs the last pass over the threshold, as remembered
 * @param capped brings a count under the caps of open schedules
 */
export function judgeBurst(
  spec: ProfileSpec,
  observation: Observation,
  lastAtMs: number | undefined,
  capped: (replicas: number) => number,
): BurstVerdict {
  const { burst, metrics } = spec;
  if (!burst) return { pushes: [], watches: [] };
  const { nowMs, currentReplicas } = observation;
  const views = burstMetrics(metrics).map((metric) => viewOf(metric, burst, spec, observation));
  const over = views.filter(({ isOver }) => isOver);
  const atMs = over.length > 0 ? nowMs : lastAtMs;
  const isHolding = atMs !== undefined && nowMs - atMs < HOLD_MS;
  const watches = views.map(({ isOver, watch }): Watch => {
    return { ...watch, state: isOver ? 'Over' : isHolding ? 'Holding' : 'Calm' };
  });
  if (!isHolding) return { pushes: [], watches };
  const until = iso(atMs + HOLD_MS);
  const raises = over.map(({ replicas, how, watch }): Push => {
    const message = `${watch.name} ${how}: ${watch.message}`;
    return { reason: 'BurstHold', least: capped(replicas), message };
  });
  const message = `nothing falls until ${until}, a minute after a burst`;
  const hold: Push = { reason: 'BurstHold', least: currentReplicas, message, until };
  return { pushes: [...raises, hold], watches, atMs };
}

interface View {
  readonly isOver: boolean;
  readonly replicas: number;
  /** How it was read, in words. */
  readonly how: string;
  readonly watch: Omit<Watch, 'state'>;
}

function viewOf(
  metric: AverageMetric,
  { windowSeconds, thresholdPercent }: Burst,
  { fallback, minReplicas }: ProfileSpec,
  { nowMs, readyReplicas, startingReplicas, burstReadings, poolWait }: Observation,
): View {
  const { name, prometheus, target, activation } = metric;
  const how = prometheus.burstQuery ? 'by its burstQuery' : `over ${windowSeconds} s`;
  const watch = { kind: 'Burst', name } as const;
  const read = burstReadings?.[name] ?? unread;
  const reading = judgeReading(read, fallback.staleAfterSeconds, nowMs);
  if (reading.status === 'failed') {
    const { reason: failed, message: said } = reading;
    const message = `${said}; neither raises nor lowers`.slice(0, 1024);
    return { isOver: false, replicas: 0, how, watch: { ...watch, failed, message } };
  }
  const { value } = reading;
  const { averageValue: each } = target;
  const replicas = replicasForLoad(value, each);
  const there = readyReplicas + startingReplicas;
  const isAwake = minReplicas > 0 || value > activation;
  const mayRaise = isAwake && !poolWait?.metrics.includes(name);
  const isOver = mayRaise && replicas > 0 && replicas * 100 >= thresholdPercent * there;
  const message = `${replicas} for ${value} at ${each} a replica, ${thresholdPercent} % of ${there} is the threshold`;
  const at = iso(reading.atMs);
  return { isOver, replicas, how, watch: { ...watch, value, at, message } };
}
