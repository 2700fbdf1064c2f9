/** What passes are made with: the clients of everything outside, and the clock. */
import type { Budgets } from './budgets/budgets.ts';
import type { PodMetrics } from './kubernetes/pod-metrics.ts';
import type { Targets } from './kubernetes/target.ts';
import type { Log } from './log.ts';
import type { Metrics } from './metrics.ts';
import type { NearCaches } from './near-caches/near-caches.ts';
import type { Pace } from './pace.ts';
import type { Prometheus } from './prometheus/client.ts';
import type { Reporter } from './reporter.ts';
import type { Sidecars } from './sidecars/sidecars.ts';

export interface World {
  readonly targets: Targets;
  readonly podMetrics: PodMetrics;
  readonly prometheus: Prometheus;
  readonly budgets: Budgets;
  readonly nearCaches: NearCaches;
  readonly sidecars: Sidecars;
  readonly reporter: Reporter;
  readonly metrics: Metrics;
  readonly log: Log;
  readonly pace: Pace;
  /** Whether the lease is held: asked before each write. */
  readonly isLeading: () => boolean;
  readonly wallMs: () => number;
}
