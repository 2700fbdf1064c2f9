/** POOL WAIT: while clients wait for connections and the budget is spent, more pods make it worse, so the wait raises nothing. */
import type { Limit } from '../api/decision.ts';
import type { Observation } from './observation.ts';
import type { Signal } from './signal.ts';

export interface Spared {
  readonly signals: readonly Signal[];
  /** If that lowered the highest proposal. */
  readonly limits: readonly Limit[];
}

/** Signals of the wait propose the current count at most. */
export function sparePool(
  signals: readonly Signal[],
  { currentReplicas, poolWait }: Pick<Observation, 'currentReplicas' | 'poolWait'>,
): Spared {
  if (!poolWait) return { signals, limits: [] };
  const spared = signals.map((signal) =>
    poolWait.metrics.includes(signal.name) ? capped(signal, currentReplicas) : signal,
  );
  const [from, to] = [highest(signals), highest(spared)];
  if (to === from) return { signals: spared, limits: [] };
  const message =
    `clients wait for connections and ConnectionBudget ${poolWait.budget} is spent: ` +
    'more pods would make it worse';
  return { signals: spared, limits: [{ reason: 'PoolSaturated', from, to, message }] };
}

function capped(signal: Signal, most: number): Signal {
  const { replicas, least } = signal;
  return {
    ...signal,
    ...(replicas !== undefined && { replicas: Math.min(replicas, most) }),
    ...(least !== undefined && { least: Math.min(least, most) }),
  };
}

function highest(signals: readonly Signal[]): number {
  return Math.max(0, ...signals.map(({ replicas }) => replicas ?? 0));
}
