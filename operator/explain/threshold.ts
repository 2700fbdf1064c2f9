/** At which reading a metric would ask for more replicas than there are, and at which for fewer. */
import type { Proposal } from '../api/decision.ts';
import {
  type AverageMetric,
  isAverage,
  type Metric,
  type PrometheusMetric,
  type QueueMetric,
  type ResourceMetric,
} from '../api/metric.ts';
import type { ProfileSpec } from '../api/profile.ts';
import type { WrittenMemory } from '../api/status.ts';
import { needToFall, needToRise } from '../scaling/adaptive/act.ts';
import { forecastFor } from '../scaling/adaptive/headroom.ts';
import { capacityOf } from '../scaling/adaptive-signal.ts';
import type { BehaviorRules } from '../scaling/behavior.ts';
import { behaviorOf } from '../scaling/strategy.ts';

/** `what` compared with `bound`: the metric asks for another count as soon as it holds. */
export interface Threshold {
  readonly metric: string;
  /** What is compared: the reading itself, the jobs of a queue, the load that is forecast, or the need for replicas. */
  readonly what: string;
  readonly comparison: 'above' | 'below' | 'at or below';
  readonly bound: number;
  /** What it was when the decision was made. */
  readonly now: number;
}

export interface Thresholds {
  /** To ask for more. */
  readonly more?: Threshold;
  /** To ask for fewer. */
  readonly fewer?: Threshold;
}

export interface ThresholdContext {
  readonly spec: ProfileSpec;
  /** The count that more and fewer are told from, which the target has or is about to have. */
  readonly replicas: number;
  readonly readyReplicas: number;
  readonly memory: WrittenMemory | undefined;
}

type Bounds = { readonly above: number; readonly most: number; readonly below?: number };

/** Both thresholds of one metric; neither where its reading failed or what they follow from is not known. */
export function thresholdsOf(
  metric: Metric,
  proposal: Proposal,
  context: ThresholdContext,
): Thresholds {
  const { name, value, need } = proposal;
  if (value === undefined) return {};
  if (isForecast(metric, context) && need !== undefined) return ofForecast(metric, need, context);
  if (metric.type === 'Queue') return ofQueue(metric, need, context);
  const found =
    metric.type === 'Prometheus' ? boundsOf(metric, context) : boundsOfUse(metric, context);
  const bounds = awake(metric, found, context);
  return bounds ? thresholds(name, 'the metric', value, bounds) : {};
}

/** What pods use acts as the metric of a Value target does, as long as every pod that should be there counts. */
function boundsOfUse({ target }: ResourceMetric, context: ThresholdContext): Bounds | undefined {
  const { replicas, readyReplicas, spec } = context;
  if (readyReplicas !== replicas) return undefined;
  const value = target.type === 'Utilization' ? target.averageUtilization : target.averageValue;
  return boundsByRatio(value, context, behaviorOf(spec));
}

function isForecast(metric: Metric, { spec }: ThresholdContext): metric is AverageMetric {
  return spec.strategy.type === 'Adaptive' && isAverage(metric);
}

/** Within the tolerance of the target nothing moves; outside it the count is rounded up. */
function boundsOf({ target }: PrometheusMetric, context: ThresholdContext): Bounds | undefined {
  const { replicas, spec } = context;
  const { up, down } = behaviorOf(spec);
  const [tooMuch, tooLittle] = [1 + up.tolerance, 1 - down.tolerance];
  if (target.type === 'AverageValue') {
    const whole = target.averageValue * replicas;
    const most = target.averageValue * (replicas - 1);
    return { above: whole * tooMuch, most, below: whole * tooLittle };
  }
  return boundsByRatio(target.value, context, { up, down });
}

/** Where the ratio of the metric to its target is multiplied with the ready replicas. */
function boundsByRatio(
  value: number,
  { replicas, readyReplicas }: ThresholdContext,
  { up, down }: Pick<BehaviorRules, 'up' | 'down'>,
): Bounds | undefined {
  if (readyReplicas === 0) return undefined;
  const [tooMuch, tooLittle] = [1 + up.tolerance, 1 - down.tolerance];
  // Ratios of the metric to its target; the proposal is that of the ready replicas, few or many as they are.
  const [same, fewer] = [replicas / readyReplicas, (replicas - 1) / readyReplicas];
  const above = value * (same < tooLittle ? same : Math.max(tooMuch, same));
  return { above, most: value * fewer, ...(fewer <= tooMuch && { below: value * tooLittle }) };
}

/** A queue is judged by its jobs and those that will arrive until it should be empty. */
function ofQueue(
  metric: QueueMetric,
  need: number | undefined,
  context: ThresholdContext,
): Thresholds {
  const { name, queue } = metric;
  const rate = context.memory?.signals[name]?.ratePerReplica ?? queue.ratePerReplica;
  if (need === undefined || rate === undefined) return {};
  const perReplica = rate * queue.drainSeconds;
  const what = queue.arrivals ? `depth + arrivals × ${queue.drainSeconds} s` : 'depth';
  const { replicas } = context;
  const plain = { above: replicas * perReplica, most: (replicas - 1) * perReplica };
  const bounds = awake(metric, plain, context);
  return bounds ? thresholds(name, what, need * perReplica, bounds) : {};
}

/**
 * A forecast is judged by the need for replicas, told as the load that has this need while misses and cost stay as they
 * are; as the need itself where no load has it, or where they are not known.
 */
function ofForecast(metric: AverageMetric, need: number, context: ThresholdContext): Thresholds {
  const { name } = metric;
  const { spec, replicas, memory } = context;
  const learned = memory?.signals[name]?.adaptive;
  const view = learned && { ...learned, capacityPerReplica: capacityOf(metric) };
  const told = (comparison: Threshold['comparison'], bound: number): Threshold => {
    const load = view ? forecastFor(bound, view) : -1;
    return view && load >= 0
      ? { ...expected, comparison, bound: load, now: Math.max(0, forecastFor(need, view)) }
      : { ...needed, comparison, bound, now: need };
  };
  const expected = { metric: name, what: 'the load it expects' };
  const needed = { metric: name, what: 'the replicas it needs' };
  const fall = needToFall(replicas, spec.minReplicas);
  return {
    more: told('above', needToRise(replicas)),
    ...(fall >= 0 && { fewer: told('at or below', fall) }),
  };
}

/** Where the last replica may go, the activation decides between nothing and something. */
function awake(
  { activation }: Metric,
  bounds: Bounds | undefined,
  { spec, replicas }: ThresholdContext,
): Bounds | undefined {
  if (spec.minReplicas > 0) return bounds;
  if (replicas <= 1) {
    const above = replicas === 0 ? activation : Math.max(activation, bounds?.above ?? 0);
    return { above, most: activation };
  }
  if (!bounds) return undefined;
  const { above, most, below = Number.POSITIVE_INFINITY } = bounds;
  const isAsleep = activation >= Math.min(most, below);
  return {
    above: Math.max(above, activation),
    ...(isAsleep ? { most: activation } : { most, below }),
  };
}

function thresholds(
  metric: string,
  what: string,
  now: number,
  { above, most, below = Number.POSITIVE_INFINITY }: Bounds,
): Thresholds {
  const fewer =
    most < below
      ? ({ comparison: 'at or below', bound: most } as const)
      : ({ comparison: 'below', bound: below } as const);
  return {
    more: { metric, what, comparison: 'above', bound: above, now },
    ...(fewer.bound >= 0 && { fewer: { metric, what, ...fewer, now } }),
  };
}
