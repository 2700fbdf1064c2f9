/** Knative's pod autoscaler as a comparator: a stable window, and a panic window that never lets go downwards. */
import type { Arena } from './arena.ts';
import type { Policy } from './fluid.ts';
import { UTILIZATION } from './hpa.ts';
import { rateAt } from './trace.ts';

const LAG_SECONDS = 2;
const STABLE_SECONDS = 60;
const PANIC_SECONDS = 6;
const PANIC_THRESHOLD = 2;
const MOST_UP_RATE = 1000;
const MOST_DOWN_RATE = 2;

/**
 * Knative's defaults at 70 % of capacity, every 2 s.
 *
 * @see https://knative.dev/docs/serving/autoscaling/kpa-specific/
 */
export function kpa({ trace, model }: Arena): Policy {
  const target = UTILIZATION * model.capacityPerReplica;
  let panicSince: number | undefined;
  let panicReplicas = 0;
  return {
    syncPeriodSeconds: 2,
    decide: (second, { readyReplicas }) => {
      const ready = Math.max(1, readyReplicas);
      const proposed = Math.ceil(rateAt(trace, second, STABLE_SECONDS, LAG_SECONDS) / target);
      const urgent = Math.ceil(rateAt(trace, second, PANIC_SECONDS, LAG_SECONDS) / target);
      if (urgent / ready >= PANIC_THRESHOLD) panicSince = second;
      else if (panicSince !== undefined && second - panicSince > STABLE_SECONDS) {
        panicSince = undefined;
        panicReplicas = 0;
      }
      const stable = withinRates(proposed, ready);
      if (panicSince === undefined) return stable;
      panicReplicas = Math.max(panicReplicas, stable, withinRates(urgent, ready));
      return panicReplicas;
    },
  };
}

function withinRates(replicas: number, ready: number): number {
  const least = Math.floor(ready / MOST_DOWN_RATE);
  return Math.min(MOST_UP_RATE * ready, Math.max(least, replicas));
}
