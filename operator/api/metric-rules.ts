/** The rules across the fields of one metric, for the API server and for us. */
import type { MetricFields } from './metric-fields.ts';
import type { Rule } from './rule.ts';

const isResourceCel = "self.type == 'Resource' || self.type == 'ContainerResource'";

function isResource(type: MetricFields['type']): boolean {
  return type === 'Resource' || type === 'ContainerResource';
}

export const metricRules: readonly Rule<MetricFields>[] = [
  {
    cel: "!has(self.capacityPerReplica) || (has(self.target) && self.target.type == 'AverageValue')",
    holds: ({ capacityPerReplica, target }) =>
      capacityPerReplica === undefined || target?.type === 'AverageValue',
    field: 'capacityPerReplica',
    message: 'capacityPerReplica goes with target type AverageValue only',
  },
  {
    cel: "!has(self.capacityPerReplica) || self.type == 'Prometheus'",
    holds: ({ capacityPerReplica, type }) =>
      capacityPerReplica === undefined || type === 'Prometheus',
    field: 'capacityPerReplica',
    message: 'capacityPerReplica goes with type Prometheus only',
  },
  {
    cel:
      '!has(self.prometheus) || !has(self.prometheus.burstQuery)' +
      " || (has(self.target) && self.target.type == 'AverageValue')",
    holds: ({ prometheus, target }) =>
      prometheus?.burstQuery === undefined || target?.type === 'AverageValue',
    field: 'prometheus',
    message: 'prometheus.burstQuery goes with target type AverageValue only',
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
    cel: `has(self.resource) == (${isResourceCel})`,
    holds: ({ type, resource }) => (resource !== undefined) === isResource(type),
    field: 'resource',
    message: 'must be given with type Resource or ContainerResource, and only then',
  },
  {
    cel: "self.type != 'ContainerResource' || !has(self.resource) || has(self.resource.container)",
    holds: ({ type, resource }) =>
      type !== 'ContainerResource' || resource === undefined || resource.container !== undefined,
    field: 'resource',
    message: 'resource.container must be given with type ContainerResource',
  },
  {
    cel: "has(self.target) == (self.type != 'Queue')",
    holds: ({ type, target }) => (target !== undefined) === (type !== 'Queue'),
    field: 'target',
    message: 'must be given unless the type is Queue, whose target is drainSeconds',
  },
  {
    cel: `!has(self.target) || self.target.type != 'Utilization' || ${isResourceCel}`,
    holds: ({ type, target }) => target?.type !== 'Utilization' || isResource(type),
    field: 'target',
    message: 'target.type Utilization is for Resource metrics: use AverageValue or Value',
  },
  {
    cel: `!has(self.target) || self.target.type != 'Value' || !(${isResourceCel})`,
    holds: ({ type, target }) => target?.type !== 'Value' || !isResource(type),
    field: 'target',
    message: 'target.type Value is not for Resource metrics: use Utilization or AverageValue',
  },
  {
    cel:
      "!has(self.target) || (has(self.target.averageValue) == (self.target.type == 'AverageValue')" +
      " && has(self.target.value) == (self.target.type == 'Value')" +
      " && has(self.target.averageUtilization) == (self.target.type == 'Utilization'))",
    holds: ({ target }) => target === undefined || hasItsValueOnly(target),
    field: 'target',
    message:
      'target must have exactly the value of its type: averageValue with AverageValue, value with Value, averageUtilization with Utilization',
  },
  {
    cel: '!has(self.queue) || has(self.queue.ratePerReplica) || has(self.queue.completions)',
    holds: ({ queue }) =>
      queue === undefined || queue.ratePerReplica !== undefined || queue.completions !== undefined,
    field: 'queue',
    message: 'queue.ratePerReplica must be given unless queue.completions is',
  },
];

function hasItsValueOnly(target: NonNullable<MetricFields['target']>): boolean {
  return (
    (target.averageValue !== undefined) === (target.type === 'AverageValue') &&
    (target.value !== undefined) === (target.type === 'Value') &&
    (target.averageUtilization !== undefined) === (target.type === 'Utilization')
  );
}
