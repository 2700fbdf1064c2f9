/** What a rebalance sees anyway, for Prometheus: each pooler and the budget as a whole. */
import type { Ledger } from '../api/budget-status.ts';
import type { Key } from '../kubernetes/collection.ts';
import type { Metrics } from '../metrics.ts';
import { type Budget, capacity, committed, free, sum } from '../pooling/ledger.ts';
import type { Observation } from '../pooling/observation.ts';

export interface Gauges {
  /** As one step saw and left it. A pooler that was not reached has no values. */
  readonly show: (budget: Budget, ledger: Ledger, seen: Observation) => void;
  /** Nothing is known of this budget any more. */
  readonly clear: () => void;
}

export function createGauges(metrics: Metrics, { namespace, name }: Key): Gauges {
  const { pooler, budget } = metrics;
  const own = { namespace, budget: name };
  let shown = new Map<string, Readonly<Record<string, string>>>();

  function keepOnly(next: typeof shown): void {
    for (const [id, labels] of shown) {
      if (next.has(id)) continue;
      for (const gauge of Object.values(pooler)) gauge.remove(labels);
    }
    shown = next;
  }

  return {
    show: (spec, ledger, { pods, readings }) => {
      const next: typeof shown = new Map();
      for (const { uid, name: pod, profile } of pods) {
        const reading = readings.get(uid);
        if (!reading) continue;
        const labels = { ...own, pod, profile };
        next.set(`${pod} ${profile}`, labels);
        pooler.limit.set(labels, reading.limit);
        pooler.connections.set(labels, reading.current);
        pooler.active.set(labels, reading.active);
        pooler.waiting.set(labels, reading.waiting);
      }
      keepOnly(next);
      budget.connections.set(own, capacity(spec));
      budget.committed.set(own, committed(ledger));
      budget.free.set(own, free(spec, ledger));
      budget.ghosts.set(own, sum(ledger.ghosts.map(({ connections }) => connections)));
    },
    clear: () => {
      keepOnly(new Map());
      for (const gauge of Object.values(budget)) gauge.remove(own);
    },
  };
}
