/** Refused of what a metric aims at. */
import type { InvalidSpec } from '../invalid-spec.ts';
import { metrics, sampleMetric } from '../sample-profile.ts';

export const invalidTargets: readonly InvalidSpec[] = [
  {
    name: 'no metric target',
    spec: metrics({ ...sampleMetric, target: undefined }),
    field: 'spec.metrics[0].target',
    rule: /must be given unless the type is Queue/,
  },
  {
    name: 'both target values',
    spec: metrics({ ...sampleMetric, target: { ...sampleMetric.target, value: '3' } }),
    field: 'spec.metrics[0].target',
    rule: /exactly the value of its type/,
  },
  {
    name: 'the value of another target type',
    spec: metrics({ ...sampleMetric, target: { type: 'Value', averageValue: '3' } }),
    field: 'spec.metrics[0].target',
    rule: /exactly the value of its type/,
  },
  {
    name: 'a target of zero',
    spec: metrics({ ...sampleMetric, target: { type: 'AverageValue', averageValue: '0' } }),
    field: 'spec.metrics[0].target.averageValue',
    rule: /more than 0/,
  },
  {
    name: 'a target below zero',
    spec: metrics({ ...sampleMetric, target: { type: 'AverageValue', averageValue: -3 } }),
    field: 'spec.metrics[0].target.averageValue',
    rule: /more than 0/,
  },
  {
    name: 'a target that is no quantity',
    spec: metrics({ ...sampleMetric, target: { type: 'AverageValue', averageValue: '35 rps' } }),
    field: 'spec.metrics[0].target.averageValue',
    rule: /no quantity|should match/,
  },
  {
    name: 'a capacity with a target that is no average',
    spec: metrics({
      ...sampleMetric,
      target: { type: 'Value', value: '35' },
      capacityPerReplica: '50',
    }),
    field: 'spec.metrics[0].capacityPerReplica',
    rule: /goes with target type AverageValue only/,
  },
];
