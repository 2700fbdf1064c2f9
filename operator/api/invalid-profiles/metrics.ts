/** Refused of the list of metrics, their types, queues and activations. */
import type { InvalidSpec } from '../invalid-spec.ts';
import { metrics, sampleMetric, sampleQueue } from '../sample-profile.ts';

export const invalidMetrics: readonly InvalidSpec[] = [
  {
    name: 'no metrics',
    spec: metrics(),
    field: 'spec.metrics',
    rule: /at least 1 items|>=1 items/,
  },
  {
    name: 'eleven metrics',
    spec: metrics(
      ...Array.from({ length: 11 }, (_, index) => ({ ...sampleMetric, name: `m${index}` })),
    ),
    field: 'spec.metrics',
    rule: /at most 10 items|<=10 items/,
  },
  {
    name: 'two metrics of one name',
    spec: metrics(sampleMetric, { ...sampleQueue, name: sampleMetric.name }),
    field: 'spec.metrics[1]',
    rule: /Duplicate value/,
  },
  {
    name: 'a name that no label could hold',
    spec: metrics({ ...sampleMetric, name: 'My Metric' }),
    field: 'spec.metrics[0].name',
    rule: /match/,
  },
  {
    name: 'the block of another type',
    spec: metrics({ ...sampleMetric, queue: sampleQueue.queue }),
    field: 'spec.metrics[0].queue',
    rule: /must be given with type Queue, and only then/,
  },
  {
    name: 'no block of its own type',
    spec: metrics({ ...sampleMetric, prometheus: undefined }),
    field: 'spec.metrics[0].prometheus',
    rule: /must be given with type Prometheus, and only then/,
  },
  {
    name: 'an activation below zero',
    spec: metrics({ ...sampleMetric, activation: '-1' }),
    field: 'spec.metrics[0].activation',
    rule: /at least 0|less than 0/,
  },
  {
    name: 'a queue whose rate nobody knows',
    spec: metrics({ ...sampleQueue, queue: { depth: 'sum(jobs)' } }),
    field: 'spec.metrics[0].queue',
    rule: /ratePerReplica must be given unless queue\.completions is/,
  },
  {
    name: 'a queue drained in no time',
    spec: metrics({ ...sampleQueue, queue: { ...sampleQueue.queue, drainSeconds: 0 } }),
    field: 'spec.metrics[0].queue.drainSeconds',
    rule: /greater than or equal to 1|>=1/,
  },
];
