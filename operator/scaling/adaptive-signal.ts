/** Signals under strategy Adaptive: a metric that is forecast, and the hold of all others. */
import type { AverageMetric } from '../api/metric.ts';
import { proposeAdaptively } from './adaptive/adaptive.ts';
import { afterFailedReading, noAdaptiveMemory } from './adaptive/memory.ts';
import type { AdaptiveSettings } from './adaptive/settings.ts';
import type { Reading } from './reading.ts';
import { askAwake, type Signal, type SignalContext } from './signal.ts';
import { failedSignal, goodSignal } from './stand-in.ts';
import { holdSecondsOf, leadSecondsOf } from './strategy.ts';

const COST_RATIO = 1.03;
/** An average target is taken to be this share of what a replica can do. */
const TARGET_SHARE = 0.7;

/** One metric with an AverageValue target, judged by its forecast. */
export function adaptiveSignal(
  metric: AverageMetric,
  reading: Reading,
  context: SignalContext,
): Signal {
  const { spec, observation, past } = context;
  const { nowMs, currentReplicas } = observation;
  const settings = settingsOf(metric, context);
  const before = past.adaptive ?? noAdaptiveMemory(nowMs, settings);
  if (reading.status === 'failed') {
    const signal = failedSignal(metric.name, reading, context);
    return { ...signal, memory: { ...signal.memory, adaptive: afterFailedReading(before, nowMs) } };
  }
  const view = { nowMs, load: reading.value, sampleAtMs: reading.atMs, currentReplicas };
  const { replicas, need, reason, memory } = proposeAdaptively(view, settings, before);
  const asked = askAwake(reading.value, metric, spec, () => ({ replicas, need, message: reason }));
  const signal = goodSignal(metric.name, reading, asked, context);
  const awake = asked.replicas === 0 ? held(signal, context) : signal;
  return { ...awake, memory: { ...signal.memory, adaptive: memory } };
}

/** A signal that would lower: not below its own highest proposal of the hold. */
export function held(signal: Signal, { spec, observation, past }: SignalContext): Signal {
  const { replicas } = signal;
  const { nowMs, currentReplicas } = observation;
  if (replicas === undefined || replicas >= currentReplicas) return signal;
  const holdMs = holdSecondsOf(spec) * 1000;
  const recent = past.proposals.filter(({ atMs }) => atMs > nowMs - holdMs);
  const isCold = past.proposals.length === 0;
  const highest = isCold ? currentReplicas : Math.max(0, ...recent.map((one) => one.replicas));
  return { ...signal, replicas: Math.max(replicas, Math.min(currentReplicas, highest)) };
}

/** What the rules of Adaptive need to know, defaults filled in. */
export function settingsOf(
  metric: AverageMetric,
  { spec, observation }: SignalContext,
): AdaptiveSettings {
  return {
    capacityPerReplica: capacityOf(metric),
    syncPeriodSeconds: spec.syncPeriodSeconds,
    leadTimeSeconds: leadSecondsOf(spec, observation),
    costRatio: spec.strategy.costRatio ?? COST_RATIO,
    holdSeconds: holdSecondsOf(spec),
    minReplicas: spec.minReplicas,
    maxReplicas: spec.maxReplicas,
  };
}

/** The load at which a replica just meets its objective, as written or by default. */
export function capacityOf({ capacityPerReplica, target }: AverageMetric): number {
  return capacityPerReplica ?? target.averageValue / TARGET_SHARE;
}
