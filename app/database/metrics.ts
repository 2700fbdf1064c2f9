/** What Prometheus learns of the connection pool and the statements sent through it. */
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { Database } from './client.ts';

/** Buckets around the objective for queries in the cluster: p95 < 10 ms. */
const durationBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5];

export function exportDatabaseMetrics(
  registry: Registry,
  database: Pick<Database, 'connections' | 'onStatement'>,
): void {
  const registers = [registry];
  new Gauge({
    name: 'lms_db_pool_connections',
    help: 'Connections of this process, and callers waiting for one.',
    labelNames: ['state'],
    registers,
    collect() {
      for (const [state, count] of Object.entries(database.connections())) {
        this.set({ state }, count);
      }
    },
  });
  const statements = new Counter({
    name: 'lms_db_statements_total',
    help: 'Statements sent to PostgreSQL, transaction control included.',
    registers,
  });
  const duration = new Histogram({
    name: 'lms_db_statement_duration_seconds',
    help: 'Time from sending a statement to its result.',
    buckets: durationBuckets,
    registers,
  });
  database.onStatement((durationMs) => {
    statements.inc();
    duration.observe(durationMs / 1000);
  });
}
