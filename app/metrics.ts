/** What this process tells Prometheus, and the small server that tells it. */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { recentRate } from './http/recent-rate.ts';

/** Buckets around the objectives: 100 ms for cached reads, 200 ms for the rest. */
const durationBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.2, 0.3, 0.5, 1, 2.5, 5, 10];

/** The metrics that the HTTP server and the caches keep. */
export type Metrics = ReturnType<typeof createMetrics>;

/** A fresh registry with the metrics of every program of the LMS. Names as in docs/names.md. */
export function createMetrics() {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const recent = recentRate();
  new Gauge({
    name: 'lms_http_requests_per_second',
    help: 'Requests received over the last two seconds: what one scrape sees of a step.',
    registers,
    collect() {
      this.set(recent.perSecond(performance.now()));
    },
  });
  return {
    registry,
    received: new Counter({
      name: 'lms_http_requests_received_total',
      help: 'Requests received: what comes in, also while answers are late.',
      registers,
    }),
    /** Of requests received, by `performance.now()`. */
    recent,
    requests: new Counter({
      name: 'lms_http_requests_total',
      help: 'Requests answered.',
      labelNames: ['method', 'route', 'status'] as const,
      registers,
    }),
    duration: new Histogram({
      name: 'lms_http_request_duration_seconds',
      help: 'Time from the first byte of a request to the end of its answer.',
      labelNames: ['method', 'route'] as const,
      buckets: durationBuckets,
      registers,
    }),
    inFlight: new Gauge({
      name: 'lms_http_requests_in_flight',
      help: 'Requests being answered now.',
      registers,
    }),
    shed: new Counter({
      name: 'lms_http_requests_shed_total',
      help: 'Requests refused because the event loop was late.',
      registers,
    }),
    cacheRequests: new Counter({
      name: 'lms_cache_requests_total',
      help: 'Reads of a cache by whether it held the value.',
      labelNames: ['cache', 'result'] as const,
      registers,
    }),
    cacheFactories: new Counter({
      name: 'lms_cache_factory_calls_total',
      help: 'Values computed from the database because no cache held them.',
      labelNames: ['cache'] as const,
      registers,
    }),
  };
}
