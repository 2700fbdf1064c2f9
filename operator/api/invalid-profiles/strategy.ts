/** Refused of strategy, burst, guard and fallback. */
import type { InvalidSpec } from '../invalid-spec.ts';
import { metrics, sampleMetric } from '../sample-profile.ts';

export const invalidStrategy: readonly InvalidSpec[] = [
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
      ...metrics({ ...sampleMetric, prometheus: { query: 'sum(requests)' } }),
    },
    field: 'spec.burst',
    rule: /burst needs a Prometheus metric with target AverageValue, and \$window in its query or a burstQuery/,
  },
  {
    name: 'a query for a burst, and no burst',
    spec: metrics({ ...sampleMetric, prometheus: { query: 'sum(a)', burstQuery: 'sum(b)' } }),
    field: 'spec.metrics',
    rule: /a burstQuery is asked only with a burst/,
  },
  {
    name: 'a query for a burst of a metric that is no average',
    spec: {
      burst: {},
      ...metrics(sampleMetric, {
        ...sampleMetric,
        name: 'other',
        prometheus: { query: 'sum(a)', burstQuery: 'sum(b)' },
        target: { type: 'Value', value: '3' },
      }),
    },
    field: 'spec.metrics[1].prometheus',
    rule: /prometheus.burstQuery goes with target type AverageValue only/,
  },
  {
    name: 'a burst of a metric that is no average',
    spec: { burst: {}, ...metrics({ ...sampleMetric, target: { type: 'Value', value: '3' } }) },
    field: 'spec.burst',
    rule: /burst needs a Prometheus metric with target AverageValue, and \$window in its query or a burstQuery/,
  },
  {
    name: 'a burst at what is there',
    spec: { burst: { windowSeconds: 10, thresholdPercent: 100 } },
    field: 'spec.burst.thresholdPercent',
    rule: /greater than or equal to 101|>=101/,
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
];
