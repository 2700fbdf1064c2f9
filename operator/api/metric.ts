/** One metric of a profile: where its number comes from and how much of it a replica should carry. */
import { z } from 'zod';
import { plannedResource } from './planned.ts';
import { quantity } from './quantity.ts';
import { type Rule, refused, ruled } from './rule.ts';

const query = (description: string) => z.string().min(1).max(4096).meta({ description });

const fields = z.strictObject({
  name: z
    .string()
    .max(63)
    .regex(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/)
    .meta({ description: 'Unique in the profile; named in status, events and logs.' }),
  type: z
    .enum(['Prometheus', 'Queue', 'Resource', 'ContainerResource'])
    .meta({ description: 'Where the number comes from.' }),
  prometheus: z
    .strictObject({
      query: query('PromQL with one number as its result; $window is replaced by the engine.'),
    })
    .optional(),
  queue: z
    .strictObject({
      depth: query('PromQL for the jobs that wait or run.'),
      arrivals: query('PromQL for jobs added per second.').optional(),
      completions: query(
        'PromQL for jobs completed per second; teaches the rate of a replica.',
      ).optional(),
      ratePerReplica: quantity('Jobs per second that one replica completes.', {
        above: 0,
      }).optional(),
      drainSeconds: z
        .int()
        .min(1)
        .max(86_400)
        .default(60)
        .meta({ description: 'In how many seconds a backlog should be worked off.' }),
    })
    .optional(),
  resource: plannedResource.optional(),
  target: z
    .strictObject({
      type: z.enum(['AverageValue', 'Value', 'Utilization']),
      averageValue: quantity('Of the metric, per replica.', { above: 0 }).optional(),
      value: quantity('Of the metric as it is, whatever the replicas.', { above: 0 }).optional(),
      averageUtilization: z.int().min(1).optional(),
    })
    .optional(),
  capacityPerReplica: quantity(
    'Load at which a replica just meets its objective; default averageValue / 0.7.',
    { above: 0 },
  ).optional(),
  activation: quantity('At or below this the metric does not keep a replica from zero.', {
    atLeast: 0,
  }).prefault('0'),
});

type Fields = z.output<typeof fields>;

const rules: readonly Rule<Fields>[] = [
  {
    cel: "self.type == 'Prometheus' || self.type == 'Queue'",
    holds: ({ type }) => type === 'Prometheus' || type === 'Queue',
    field: 'type',
    message: 'only Prometheus and Queue metrics work in this version',
    celValue: 'self.type',
    value: ({ type }) => type,
  },
  refused('resource'),
  {
    cel: "!has(self.capacityPerReplica) || (has(self.target) && self.target.type == 'AverageValue')",
    holds: ({ capacityPerReplica, target }) =>
      capacityPerReplica === undefined || target?.type === 'AverageValue',
    field: 'capacityPerReplica',
    message: 'capacityPerReplica goes with target type AverageValue only',
  },
  {
    cel: "has(self.prometheus) == (self.type == 'Prometheus')",
    holds: ({ type, prometheus }) => (prometheus !== undefined) === (type === 'Prometheus'),
    field: 'prometheus',
    message: 'must be given with type Prometheus, and only then',
  },
  {
    cel: "has(self.queue) == (self.type == 'Queue')",
    holds: ({ type, queue }) => (queue !== undefined) === (type === 'Queue'),
    field: 'queue',
    message: 'must be given with type Queue, and only then',
  },
  {
    cel: "has(self.target) == (self.type != 'Queue')",
    holds: ({ type, target }) => (target !== undefined) === (type !== 'Queue'),
    field: 'target',
    message: 'must be given unless the type is Queue, whose target is drainSeconds',
  },
  {
    cel: "!has(self.target) || self.target.type != 'Utilization'",
    holds: ({ target }) => target?.type !== 'Utilization',
    field: 'target',
    message: 'target.type Utilization is for Resource metrics: use AverageValue or Value',
  },
  {
    cel:
      "!has(self.target) || (has(self.target.averageValue) == (self.target.type == 'AverageValue')" +
      " && has(self.target.value) == (self.target.type == 'Value')" +
      " && has(self.target.averageUtilization) == (self.target.type == 'Utilization'))",
    holds: ({ target }) => target === undefined || hasItsValueOnly(target),
    field: 'target',
    message:
      'target must have exactly the value of its type: averageValue with AverageValue, value with Value',
  },
  {
    cel: '!has(self.queue) || has(self.queue.ratePerReplica) || has(self.queue.completions)',
    holds: ({ queue }) =>
      queue === undefined || queue.ratePerReplica !== undefined || queue.completions !== undefined,
    field: 'queue',
    message: 'queue.ratePerReplica must be given unless queue.completions is',
  },
];

function hasItsValueOnly(target: NonNullable<Fields['target']>): boolean {
  return (
    (target.averageValue !== undefined) === (target.type === 'AverageValue') &&
    (target.value !== undefined) === (target.type === 'Value') &&
    (target.averageUtilization !== undefined) === (target.type === 'Utilization')
  );
}

export interface PrometheusMetric {
  readonly name: string;
  readonly type: 'Prometheus';
  readonly prometheus: { readonly query: string };
  readonly target: MetricTarget;
  /** Load at which a replica just meets its objective; with an AverageValue target only. */
  readonly capacityPerReplica?: number | undefined;
  /** In the metric's unit; any reading above it wakes a target from zero. */
  readonly activation: number;
}

/** What a replica carries (AverageValue), or what the metric itself should be (Value); > 0, exact to a thousandth. */
type MetricTarget =
  | { readonly type: 'AverageValue'; readonly averageValue: number }
  | { readonly type: 'Value'; readonly value: number };

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

export type Metric = PrometheusMetric | QueueMetric;

/** After the rules every metric is one of the two kinds that work. */
function toMetric(fields: Fields): Metric {
  const { name, prometheus, queue, target, activation, capacityPerReplica } = fields;
  if (queue) return { name, type: 'Queue', queue, activation };
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

function toTarget({ averageValue, value }: NonNullable<Fields['target']>): MetricTarget {
  if (averageValue !== undefined) return { type: 'AverageValue', averageValue };
  if (value !== undefined) return { type: 'Value', value };
  throw new Error('a target passed its rules without a value');
}

export const metric = ruled(fields, rules).transform(toMetric);
