/** What the operator says about itself to Prometheus. */

import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { createNearCacheMetrics } from './redis/metrics.ts';

export type Metrics = ReturnType<typeof createMetrics>;

const profile = ['namespace', 'profile'] as const;
const poolerLabels = ['namespace', 'pod', 'profile', 'budget'] as const;
const budgetLabels = ['namespace', 'budget'] as const;
const buckets = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

/** @param isLeading asked at each scrape */
export function createMetrics(isLeading: () => boolean) {
  const register = new Registry();
  const registers = [register];
  // Finer monitoring of the event loop would wake an idle process 100 times a second.
  collectDefaultMetrics({ register, eventLoopMonitoringPrecision: 500 });
  new Gauge({
    name: 'bellwether_leader',
    help: '1 while this operator may write.',
    registers,
    collect() {
      this.set(isLeading() ? 1 : 0);
    },
  });
  const poolerGauge = (name: string, help: string) =>
    new Gauge({ name: `bellwether_pooler_${name}`, help, labelNames: poolerLabels, registers });
  const budgetGauge = (name: string, help: string) =>
    new Gauge({ name: `bellwether_budget_${name}`, help, labelNames: budgetLabels, registers });
  return {
    register,
    nearCaches: createNearCacheMetrics(register),
    currentReplicas: new Gauge({
      name: 'bellwether_current_replicas',
      help: 'Replicas asked of the target when the last pass began.',
      labelNames: profile,
      registers,
    }),
    desiredReplicas: new Gauge({
      name: 'bellwether_desired_replicas',
      help: 'Replicas that the last pass decided on.',
      labelNames: profile,
      registers,
    }),
    passSeconds: new Histogram({
      name: 'bellwether_pass_duration_seconds',
      help: 'Duration of one pass over one profile, up to the write of its scale.',
      labelNames: ['outcome'],
      buckets,
      registers,
    }),
    passLagSeconds: new Histogram({
      name: 'bellwether_pass_lag_seconds',
      help: 'How late passes began behind their due time.',
      buckets: [...buckets, 10, 15, 30],
      registers,
    }),
    readingFailures: new Counter({
      name: 'bellwether_reading_failures_total',
      help: 'Readings without a value, by reason.',
      labelNames: ['reason'],
      registers,
    }),
    histories: new Counter({
      name: 'bellwether_histories_total',
      help: 'Histories for strategy Adaptive, by what became of them: taken or failed.',
      labelNames: ['outcome'],
      registers,
    }),
    scaleWrites: new Counter({
      name: 'bellwether_scale_writes_total',
      help: 'Changes of a target that the API server accepted.',
      registers,
    }),
    statusWrites: new Counter({
      name: 'bellwether_status_writes_total',
      help: 'Statuses that the API server accepted, by what made them worth a write.',
      labelNames: ['reason'],
      registers,
    }),
    apiRequests: new Counter({
      name: 'bellwether_api_requests_total',
      help: 'Requests to the API server by verb and HTTP status, none if it did not answer.',
      labelNames: ['verb', 'code'],
      registers,
    }),
    pooler: {
      limit: poolerGauge('limit', 'Server connections that the pooler may open.'),
      connections: poolerGauge('connections', 'Server connections that the pooler has.'),
      active: poolerGauge('active', 'Of them those in a transaction.'),
      waiting: poolerGauge('clients_waiting', 'Clients that wait for a server connection.'),
    },
    budget: {
      connections: budgetGauge('connections', 'What pods may share, without the reserve.'),
      committed: budgetGauge('committed', 'Leases, ghosts and the floors of pods to come.'),
      free: budgetGauge('free', 'What may be leased beside the floors kept for surprises.'),
      ghosts: budgetGauge('ghosts', 'Held for poolers that ended, until PostgreSQL shows less.'),
    },
    rebalanceSeconds: new Histogram({
      name: 'bellwether_rebalance_duration_seconds',
      help: 'Duration of one rebalance and of the raises it granted.',
      labelNames: ['outcome'],
      buckets,
      registers,
    }),
  };
}
