/** A second, shorter reading of the load that may raise at once. */
import { z } from 'zod';
import { type AverageMetric, isAverage, type Metric, type PrometheusMetric } from './metric.ts';

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

/** The metrics that a burst reads a second time: an average per replica over a window of ours, or by a query of its own. */
export function burstMetrics(metrics: readonly Metric[]): readonly AverageMetric[] {
  return metrics.filter(isAverage).filter((metric) => {
    return hasBurstQuery(metric) || /\$window\b/.test(partsOf(metric).query ?? '');
  });
}

export function hasBurstQuery(metric: Metric): boolean {
  return metric.type === 'Prometheus' && partsOf(metric).burstQuery !== undefined;
}

/** As in isAverage: the metric may not be whole yet. */
function partsOf({
  prometheus,
}: Partial<PrometheusMetric>): Partial<PrometheusMetric['prometheus']> {
  return prometheus ?? {};
}
