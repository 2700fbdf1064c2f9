/** What the author of a profile writes about one metric, before the rules across its fields. */
import { z } from 'zod';
import { quantity } from './quantity.ts';

const query = (description: string) => z.string().min(1).max(4096).meta({ description });

export const metricFields = z.strictObject({
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
      burstQuery: query(
        'PromQL that a burst asks instead; default: the query with a shorter $window.',
      ).optional(),
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
  resource: z
    .strictObject({
      name: z.enum(['cpu', 'memory']),
      container: z
        .string()
        .min(1)
        .max(63)
        .optional()
        .meta({ description: 'The one container that counts; all of them where left out.' }),
    })
    .optional()
    .meta({ description: 'CPU or memory of the pods by metrics.k8s.io, with the HPA’s rules.' }),
  target: z
    .strictObject({
      type: z.enum(['AverageValue', 'Value', 'Utilization']),
      averageValue: quantity('Of the metric, per replica; of CPU in cores, of memory in bytes.', {
        above: 0,
      }).optional(),
      value: quantity('Of the metric as it is, whatever the replicas.', { above: 0 }).optional(),
      averageUtilization: z
        .int()
        .min(1)
        .max(2_147_483_647)
        .optional()
        .meta({ description: 'Percent of what the pods request.' }),
    })
    .optional(),
  capacityPerReplica: quantity(
    'Load at which a replica just meets its objective; default averageValue / 0.7.',
    { above: 0 },
  ).optional(),
  activation: quantity(
    'At or below this, in the unit of the reading, the metric does not keep a replica from zero.',
    {
      atLeast: 0,
    },
  ).prefault('0'),
});

export type MetricFields = z.output<typeof metricFields>;
