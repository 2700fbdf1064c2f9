/** A small profile that is accepted, for tests to change. */
import { group, version } from './profile.ts';

export const sampleMetric = {
  name: 'requests',
  type: 'Prometheus',
  prometheus: { query: 'sum(rate(http_requests_total[$window]))' },
  target: { type: 'AverageValue', averageValue: '35' },
};

export const sampleQueue = {
  name: 'jobs',
  type: 'Queue',
  queue: { depth: 'sum(jobs)', ratePerReplica: '4' },
};

/** Other metrics, to lay over the sample's. */
export const metrics = (...changed: readonly object[]) => ({ metrics: changed });

/** The profile as a plain object; `spec` is laid over its own. */
export function sampleProfile(name: string, spec: Readonly<Record<string, unknown>> = {}) {
  return {
    apiVersion: `${group}/${version}`,
    kind: 'ScaleProfile',
    metadata: { name },
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' },
      minReplicas: 2,
      maxReplicas: 10,
      metrics: [sampleMetric, sampleQueue],
      ...spec,
    },
  };
}
