/** The bounds that no policy of ours can pass: an HPA that sees start-up ahead, and a fixed count. */
import type { Arena } from './arena.ts';
import type { Policy } from './fluid.ts';
import { hpaRules, STOCK, UTILIZATION } from './hpa.ts';
import { rateAt, sumBefore, type Trace } from './trace.ts';

const AHEAD_SECONDS = 30;

/** The HPA that reads the highest of three 30 s means: from now, from when a pod ordered now is ready, and one sync later. */
export function clairvoyant({ trace, model }: Arena): Policy {
  const { syncPeriodSeconds } = STOCK;
  const { startupSeconds } = model;
  const seconds = trace.loads.length;
  const read = (second: number) => {
    if (second + startupSeconds + syncPeriodSeconds + AHEAD_SECONDS >= seconds) {
      return rateAt(trace, second, STOCK.windowSeconds, 0);
    }
    const starts = [second, second + startupSeconds, second + startupSeconds + syncPeriodSeconds];
    return Math.max(...starts.map((start) => meanFrom(trace, start)));
  };
  const target = UTILIZATION * model.capacityPerReplica;
  return { syncPeriodSeconds, decide: hpaRules(target, read) };
}

function meanFrom(trace: Trace, start: number): number {
  return (sumBefore(trace, start + AHEAD_SECONDS) - sumBefore(trace, start)) / AHEAD_SECONDS;
}

/** Always the same count, within the model's bounds. */
export function fixed(replicas: number): Policy {
  return { syncPeriodSeconds: 15, startReplicas: replicas, decide: () => replicas };
}
