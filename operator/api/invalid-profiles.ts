/** Profiles that are refused, each with the field and the rule that the message must name; held here and by the API server. */
import { group, version } from './profile.ts';

export interface InvalidProfile {
  readonly name: string;
  /** Laid over the spec of `sampleProfile`. */
  readonly spec: Readonly<Record<string, unknown>>;
  /** The path that the message names. */
  readonly field: string;
  /** What it says of the rule, in our words or the API server's. */
  readonly rule: RegExp;
}

const metric = {
  name: 'requests',
  type: 'Prometheus',
  prometheus: { query: 'sum(rate(http_requests_total[$window]))' },
  target: { type: 'AverageValue', averageValue: '35' },
};
const cpu = {
  name: 'cpu',
  type: 'Resource',
  resource: { name: 'cpu' },
  target: { type: 'Utilization', averageUtilization: 70 },
};
const queue = { name: 'jobs', type: 'Queue', queue: { depth: 'sum(jobs)', ratePerReplica: '4' } };
const pooler = { budgetRef: { name: 'database' }, credentialsSecretRef: { name: 'database' } };

/** A small profile that is accepted, as a plain object; `spec` is laid over its own. */
export function sampleProfile(name: string, spec: Readonly<Record<string, unknown>> = {}) {
  return {
    apiVersion: `${group}/${version}`,
    kind: 'ScaleProfile',
    metadata: { name },
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' },
      minReplicas: 2,
      maxReplicas: 10,
      metrics: [metric, queue],
      ...spec,
    },
  };
}

const metrics = (...changed: readonly object[]) => ({ metrics: changed });
const scaleUp = (rules: object) => ({ behavior: { scaleUp: rules } });
const schedules = (...schedules: readonly object[]) => ({ schedules });
const lessons = { name: 'lessons', start: '45 7 * * 1-5', durationSeconds: 60, minReplicas: 8 };

export const invalidProfiles: readonly InvalidProfile[] = [
  {
    name: 'max below min',
    spec: { maxReplicas: 1 },
    field: 'spec.maxReplicas',
    rule: /maxReplicas must be at least minReplicas/,
  },
  {
    name: 'max of zero',
    spec: { minReplicas: 0, maxReplicas: 0 },
    field: 'spec.maxReplicas',
    rule: /greater than or equal to 1|>=1/,
  },
  {
    name: 'min below zero',
    spec: { minReplicas: -1 },
    field: 'spec.minReplicas',
    rule: /greater than or equal to 0|>=0/,
  },
  {
    name: 'no target',
    spec: { scaleTargetRef: undefined },
    field: 'spec.scaleTargetRef',
    rule: /Required value/,
  },
  {
    name: 'a mode that does not exist',
    spec: { mode: 'Dry' },
    field: 'spec.mode',
    rule: /"Active"/,
  },
  {
    name: 'a sync period of zero',
    spec: { syncPeriodSeconds: 0 },
    field: 'spec.syncPeriodSeconds',
    rule: /greater than or equal to 1|>=1/,
  },
  {
    name: 'no metrics',
    spec: metrics(),
    field: 'spec.metrics',
    rule: /at least 1 items|>=1 items/,
  },
  {
    name: 'eleven metrics',
    spec: metrics(...Array.from({ length: 11 }, (_, index) => ({ ...metric, name: `m${index}` }))),
    field: 'spec.metrics',
    rule: /at most 10 items|<=10 items/,
  },
  {
    name: 'two metrics of one name',
    spec: metrics(metric, { ...queue, name: metric.name }),
    field: 'spec.metrics[1]',
    rule: /Duplicate value/,
  },
  {
    name: 'a name that no label could hold',
    spec: metrics({ ...metric, name: 'My Metric' }),
    field: 'spec.metrics[0].name',
    rule: /match/,
  },
  {
    name: 'a resource metric of no resource',
    spec: metrics({ ...cpu, resource: undefined }),
    field: 'spec.metrics[0].resource',
    rule: /must be given with type Resource or ContainerResource, and only then/,
  },
  {
    name: 'a resource of a Prometheus metric',
    spec: metrics({ ...metric, resource: cpu.resource }),
    field: 'spec.metrics[0].resource',
    rule: /must be given with type Resource or ContainerResource, and only then/,
  },
  {
    name: 'a resource that no pod requests',
    spec: metrics({ ...cpu, resource: { name: 'disk' } }),
    field: 'spec.metrics[0].resource.name',
    rule: /"cpu"/,
  },
  {
    name: 'a container resource without its container',
    spec: metrics({ ...cpu, type: 'ContainerResource' }),
    field: 'spec.metrics[0].resource',
    rule: /container must be given with type ContainerResource/,
  },
  {
    name: 'a value of a resource',
    spec: metrics({ ...cpu, target: { type: 'Value', value: '1' } }),
    field: 'spec.metrics[0].target',
    rule: /Value is not for Resource metrics/,
  },
  {
    name: 'a utilization of nothing',
    spec: metrics({ ...cpu, target: { type: 'Utilization', averageUtilization: 0 } }),
    field: 'spec.metrics[0].target.averageUtilization',
    rule: /greater than or equal to 1|>=1/,
  },
  {
    name: 'a utilization without its percentage',
    spec: metrics({ ...cpu, target: { type: 'Utilization', averageValue: '500m' } }),
    field: 'spec.metrics[0].target',
    rule: /exactly the value of its type/,
  },
  {
    name: 'a capacity of a resource metric',
    spec: metrics({
      ...cpu,
      target: { type: 'AverageValue', averageValue: '1' },
      capacityPerReplica: '2',
    }),
    field: 'spec.metrics[0].capacityPerReplica',
    rule: /goes with type Prometheus only/,
  },
  {
    name: 'sleep that only a resource could end',
    spec: {
      minReplicas: 0,
      ...metrics(cpu, { ...cpu, name: 'memory', resource: { name: 'memory' } }),
    },
    field: 'spec.minReplicas',
    rule: /minReplicas 0 needs a Prometheus or Queue metric/,
  },
  {
    name: 'the block of another type',
    spec: metrics({ ...metric, queue: queue.queue }),
    field: 'spec.metrics[0].queue',
    rule: /must be given with type Queue, and only then/,
  },
  {
    name: 'no block of its own type',
    spec: metrics({ ...metric, prometheus: undefined }),
    field: 'spec.metrics[0].prometheus',
    rule: /must be given with type Prometheus, and only then/,
  },
  {
    name: 'no metric target',
    spec: metrics({ ...metric, target: undefined }),
    field: 'spec.metrics[0].target',
    rule: /must be given unless the type is Queue/,
  },
  {
    name: 'both target values',
    spec: metrics({ ...metric, target: { ...metric.target, value: '3' } }),
    field: 'spec.metrics[0].target',
    rule: /exactly the value of its type/,
  },
  {
    name: 'the value of another target type',
    spec: metrics({ ...metric, target: { type: 'Value', averageValue: '3' } }),
    field: 'spec.metrics[0].target',
    rule: /exactly the value of its type/,
  },
  {
    name: 'utilization of a Prometheus metric',
    spec: metrics({ ...metric, target: { type: 'Utilization', averageUtilization: 70 } }),
    field: 'spec.metrics[0].target',
    rule: /Utilization is for Resource metrics/,
  },
  {
    name: 'a target of zero',
    spec: metrics({ ...metric, target: { type: 'AverageValue', averageValue: '0' } }),
    field: 'spec.metrics[0].target.averageValue',
    rule: /more than 0/,
  },
  {
    name: 'a target below zero',
    spec: metrics({ ...metric, target: { type: 'AverageValue', averageValue: -3 } }),
    field: 'spec.metrics[0].target.averageValue',
    rule: /more than 0/,
  },
  {
    name: 'a target that is no quantity',
    spec: metrics({ ...metric, target: { type: 'AverageValue', averageValue: '35 rps' } }),
    field: 'spec.metrics[0].target.averageValue',
    rule: /no quantity|should match/,
  },
  {
    name: 'an activation below zero',
    spec: metrics({ ...metric, activation: '-1' }),
    field: 'spec.metrics[0].activation',
    rule: /at least 0|less than 0/,
  },
  {
    name: 'a queue whose rate nobody knows',
    spec: metrics({ ...queue, queue: { depth: 'sum(jobs)' } }),
    field: 'spec.metrics[0].queue',
    rule: /ratePerReplica must be given unless queue\.completions is/,
  },
  {
    name: 'a queue drained in no time',
    spec: metrics({ ...queue, queue: { ...queue.queue, drainSeconds: 0 } }),
    field: 'spec.metrics[0].queue.drainSeconds',
    rule: /greater than or equal to 1|>=1/,
  },
  {
    name: 'a capacity with a target that is no average',
    spec: metrics({
      ...metric,
      target: { type: 'Value', value: '35' },
      capacityPerReplica: '50',
    }),
    field: 'spec.metrics[0].capacityPerReplica',
    rule: /goes with target type AverageValue only/,
  },
  {
    name: 'a window over an hour',
    spec: scaleUp({ stabilizationWindowSeconds: 3601 }),
    field: 'spec.behavior.scaleUp.stabilizationWindowSeconds',
    rule: /less than or equal to 3600|<=3600/,
  },
  {
    name: 'no policies',
    spec: scaleUp({ policies: [] }),
    field: 'spec.behavior.scaleUp.policies',
    rule: /at least 1 items|>=1 items/,
  },
  {
    name: 'a policy of nothing',
    spec: scaleUp({ policies: [{ type: 'Pods', value: 0, periodSeconds: 15 }] }),
    field: 'spec.behavior.scaleUp.policies[0].value',
    rule: /greater than or equal to 1|>=1/,
  },
  {
    name: 'a policy period over half an hour',
    spec: scaleUp({ policies: [{ type: 'Pods', value: 1, periodSeconds: 1801 }] }),
    field: 'spec.behavior.scaleUp.policies[0].periodSeconds',
    rule: /less than or equal to 1800|<=1800/,
  },
  {
    name: 'a policy that selects otherwise',
    spec: scaleUp({ selectPolicy: 'Average' }),
    field: 'spec.behavior.scaleUp.selectPolicy',
    rule: /"Max"/,
  },
  {
    name: 'a tolerance over the whole target',
    spec: scaleUp({ tolerance: '2' }),
    field: 'spec.behavior.scaleUp.tolerance',
    rule: /at most 1|more than 1/,
  },
  {
    name: 'a fallback to zero',
    spec: { fallback: { replicas: 0 } },
    field: 'spec.fallback.replicas',
    rule: /greater than or equal to 1|>=1/,
  },
  {
    name: 'a cost ratio for the HPA',
    spec: { strategy: { type: 'HPA', costRatio: '1.03' } },
    field: 'spec.strategy.costRatio',
    rule: /costRatio goes with type Adaptive only/,
  },
  {
    name: 'a hold for the HPA',
    spec: { strategy: { type: 'HPA', holdSeconds: 180 } },
    field: 'spec.strategy.holdSeconds',
    rule: /holdSeconds goes with type Adaptive only/,
  },
  {
    name: 'a history for the HPA',
    spec: { strategy: { type: 'HPA', history: { prometheus: true, days: 8 } } },
    field: 'spec.strategy.history',
    rule: /history goes with type Adaptive only/,
  },
  {
    name: 'a burst without a window',
    spec: {
      burst: { windowSeconds: 10, thresholdPercent: 200 },
      ...metrics({ ...metric, prometheus: { query: 'sum(requests)' } }),
    },
    field: 'spec.burst',
    rule: /burst needs \$window in the query of a Prometheus metric with target AverageValue/,
  },
  {
    name: 'a burst of a metric that is no average',
    spec: { burst: {}, ...metrics({ ...metric, target: { type: 'Value', value: '3' } }) },
    field: 'spec.burst',
    rule: /burst needs \$window in the query of a Prometheus metric with target AverageValue/,
  },
  {
    name: 'a burst at what is there',
    spec: { burst: { windowSeconds: 10, thresholdPercent: 100 } },
    field: 'spec.burst.thresholdPercent',
    rule: /greater than or equal to 101|>=101/,
  },
  {
    name: 'a floor by a query with a window',
    spec: schedules({ ...lessons, query: 'max(expected) / 120' }),
    field: 'spec.schedules[0].start',
    rule: /start goes with windows, not with a query/,
  },
  {
    name: 'a floor by a query with a cap',
    spec: schedules({ name: 'expected', query: 'max(expected) / 120', maxReplicas: 3 }),
    field: 'spec.schedules[0].maxReplicas',
    rule: /maxReplicas goes with windows, not with a query/,
  },
  {
    name: 'two schedules of one name',
    spec: schedules(lessons, lessons),
    field: 'spec.schedules[1]',
    rule: /Duplicate value/,
  },
  {
    name: 'a schedule that never opens',
    spec: schedules({ name: 'never', durationSeconds: 60, minReplicas: 8 }),
    field: 'spec.schedules[0].start',
    rule: /either start or date must be given/,
  },
  {
    name: 'a schedule without an end',
    spec: schedules({ name: 'endless', start: '45 7 * * 1-5', minReplicas: 8 }),
    field: 'spec.schedules[0].durationSeconds',
    rule: /must be given/,
  },
  {
    name: 'a schedule of nothing',
    spec: schedules({ ...lessons, minReplicas: undefined }),
    field: 'spec.schedules[0].minReplicas',
    rule: /minReplicas or maxReplicas must be given/,
  },
  {
    name: 'a cap below its floor',
    spec: schedules({ ...lessons, maxReplicas: 3 }),
    field: 'spec.schedules[0].maxReplicas',
    rule: /maxReplicas must be at least minReplicas/,
  },
  {
    name: 'a ramp to a cap',
    spec: schedules({ ...lessons, minReplicas: undefined, maxReplicas: 3, rampSeconds: 60 }),
    field: 'spec.schedules[0].rampSeconds',
    rule: /only a floor has a ramp/,
  },
  {
    name: 'an hour that no clock shows',
    spec: schedules({ ...lessons, start: '45 24 * * 1-5' }),
    field: 'spec.schedules[0].start',
    rule: /must be five cron fields/,
  },
  {
    name: 'a date that is none',
    spec: schedules({ ...lessons, start: undefined, date: '1 December' }),
    field: 'spec.schedules[0].date',
    rule: /must be a local time/,
  },
  {
    name: 'a time zone that no map shows',
    spec: schedules({ ...lessons, timeZone: 'Mars/Olympus' }),
    field: 'spec.schedules[0].timeZone',
    rule: /must be an IANA time zone/,
  },
  {
    name: 'a guard of nothing',
    spec: { guard: [{ name: 'latency', query: 'p95', windowSeconds: 60 }] },
    field: 'spec.guard[0].objective',
    rule: /Required value/,
  },
  {
    name: 'an objective of zero',
    spec: { guard: [{ name: 'latency', query: 'p95', objective: '0' }] },
    field: 'spec.guard[0].objective',
    rule: /more than 0/,
  },
  {
    name: 'two guards of one name',
    spec: { guard: ['1', '2'].map((objective) => ({ name: 'latency', query: 'p95', objective })) },
    field: 'spec.guard[1]',
    rule: /Duplicate value/,
  },
  {
    name: 'sidecars of nothing',
    spec: { sidecars: {} },
    field: 'spec.sidecars.pgbouncer',
    rule: /sidecars needs pgbouncer or redis/,
  },
  {
    name: 'sidecars of what has no pods of its own',
    spec: {
      sidecars: { redis: { maxMemory: '64Mi', memoryBudget: '256Mi' } },
      scaleTargetRef: { apiVersion: 'example.org/v1', kind: 'Deployment', name: 'web' },
    },
    field: 'spec.sidecars',
    rule: /Deployment or StatefulSet of apps\/v1/,
  },
  {
    name: 'a floor of no connection, which PgBouncer takes for no limit',
    spec: { sidecars: { pgbouncer: { ...pooler, floor: 0 } } },
    field: 'spec.sidecars.pgbouncer.floor',
    rule: /greater than or equal to 1|>=\s?1/,
  },
];
