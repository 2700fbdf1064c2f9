/** A second, shorter reading of the load that may raise at once. */
import { z } from 'zod';
import type { Metric, PrometheusMetric } from './metric.ts';

export const burst = z
  .strictObject({
    windowSeconds: z
      .int()
      .min(1)
      .max(300)
      .default(10)
      .meta({ description: 'What $window stands for in the second reading.' }),
    thresholdPercent: z.int().min(101).max(1000).default(200).meta({
      description: 'Share of ready and starting replicas from which what it asks for is a burst.',
    }),
  })
  .meta({ description: 'A second, shorter reading that may raise at once.' });

export type Burst = z.output<typeof burst>;

/** The metrics that a burst reads a second time: an average per replica over a window of ours. */
export function burstMetrics(metrics: readonly Metric[]): readonly PrometheusMetric[] {
  return metrics.filter((metric): metric is PrometheusMetric => {
    if (metric.type !== 'Prometheus') return false;
    // The profile's rules are judged together with those of its metrics, which may not hold yet.
    const { target, prometheus }: Partial<PrometheusMetric> = metric;
    return target?.type === 'AverageValue' && /\$window\b/.test(prometheus?.query ?? '');
  });
}
