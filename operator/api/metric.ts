/** One metric of a profile: where its number comes from and how much of it a replica should carry. */
import { type MetricFields, metricFields } from './metric-fields.ts';
import { metricRules } from './metric-rules.ts';
import { ruled } from './rule.ts';

export interface PrometheusMetric {
  readonly name: string;
  readonly type: 'Prometheus';
  readonly prometheus: {
    readonly query: string;
    /** What a burst asks instead; with an AverageValue target only. */
    readonly burstQuery?: string | undefined;
  };
  readonly target: MetricTarget;
  /** Load at which a replica just meets its objective; with an AverageValue target only. */
  readonly capacityPerReplica?: number | undefined;
  /** In the metric's unit; any reading above it wakes a target from zero. */
  readonly activation: number;
}

/** What a replica carries (AverageValue), or what the metric itself should be (Value); > 0, exact to a thousandth. */
type MetricTarget = AverageTarget | { readonly type: 'Value'; readonly value: number };

interface AverageTarget {
  readonly type: 'AverageValue';
  readonly averageValue: number;
}

/** A load that replicas share: what strategy Adaptive forecasts and a burst reads a second time. */
export interface AverageMetric extends PrometheusMetric {
  readonly target: AverageTarget;
}

export function isAverage(metric: Metric): metric is AverageMetric {
  if (metric.type !== 'Prometheus') return false;
  // A profile's rules are judged together with those of its metrics, which may not hold yet.
  const { target }: Partial<PrometheusMetric> = metric;
  return target?.type === 'AverageValue';
}

export interface QueueMetric {
  readonly name: string;
  readonly type: 'Queue';
  readonly queue: {
    readonly depth: string;
    readonly arrivals?: string | undefined;
    readonly completions?: string | undefined;
    /** Jobs per second; always there unless `completions` is. */
    readonly ratePerReplica?: number | undefined;
    readonly drainSeconds: number;
  };
  /** In jobs of depth. */
  readonly activation: number;
}

/** CPU or memory of the target's pods; ContainerResource always names its container. */
export interface ResourceMetric {
  readonly name: string;
  readonly type: 'Resource' | 'ContainerResource';
  readonly resource: {
    readonly name: 'cpu' | 'memory';
    /** The one container that counts; all of them where undefined. */
    readonly container?: string | undefined;
  };
  readonly target: ResourceTarget;
  /** In the unit of the reading: percent with Utilization, else cores or bytes a pod. */
  readonly activation: number;
}

/** What a pod uses, in cores or bytes, or in whole percent of what it requests. */
export type ResourceTarget =
  | AverageTarget
  | { readonly type: 'Utilization'; readonly averageUtilization: number };

export type Metric = PrometheusMetric | QueueMetric | ResourceMetric;

/** After the rules every metric is whole. */
function toMetric(fields: MetricFields): Metric {
  const { name, type, prometheus, queue, resource, target, activation } = fields;
  const { capacityPerReplica } = fields;
  if (type === 'Queue' && queue) return { name, type, queue, activation };
  if ((type === 'Resource' || type === 'ContainerResource') && resource && target) {
    return { name, type, resource, target: toResourceTarget(target), activation };
  }
  if (!prometheus || !target) throw new Error(`metric ${name} passed its rules incomplete`);
  return {
    name,
    type: 'Prometheus',
    prometheus,
    target: toTarget(target),
    activation,
    ...(capacityPerReplica !== undefined && { capacityPerReplica }),
  };
}

function toTarget({ averageValue, value }: NonNullable<MetricFields['target']>): MetricTarget {
  if (averageValue !== undefined) return { type: 'AverageValue', averageValue };
  if (value !== undefined) return { type: 'Value', value };
  throw new Error('a target passed its rules without a value');
}

function toResourceTarget({
  averageValue,
  averageUtilization,
}: NonNullable<MetricFields['target']>): ResourceTarget {
  if (averageValue !== undefined) return { type: 'AverageValue', averageValue };
  if (averageUtilization !== undefined) return { type: 'Utilization', averageUtilization };
  throw new Error('a target passed its rules without a value');
}

export const metric = ruled(metricFields, metricRules).transform(toMetric);
