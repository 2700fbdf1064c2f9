/** Memory primed from the past: seasons and trusts of every metric that strategy Adaptive forecasts. */
import { type AverageMetric, isAverage } from '../api/metric.ts';
import type { ProfileSpec } from '../api/profile.ts';
import { noAdaptiveMemory } from './adaptive/memory.ts';
import { prime } from './adaptive/prime.ts';
import { EMPTY_RING, type Ring } from './adaptive/ring.ts';
import { settingsOf } from './adaptive-signal.ts';
import type { Memory } from './memory.ts';
import type { Observation } from './observation.ts';

/** By metric name. */
export type Histories = Readonly<Record<string, Ring>>;

/** The metrics whose load is forecast: those with an average per replica as their target. */
export function forecastMetrics({ strategy, metrics }: ProfileSpec): readonly AverageMetric[] {
  return strategy.type === 'Adaptive' ? metrics.filter(isAverage) : [];
}

/** The memory with what the histories teach; what was learned by passes stays. */
export function primeMemory(
  spec: ProfileSpec,
  observation: Observation,
  memory: Memory,
  histories: Histories,
): Memory {
  const primed = forecastMetrics(spec).map((metric) => {
    const past = memory.signals[metric.name] ?? { proposals: [] };
    const settings = settingsOf(metric, { spec, observation, past });
    const before = past.adaptive ?? noAdaptiveMemory(observation.nowMs, settings);
    const adaptive = prime(before, histories[metric.name] ?? EMPTY_RING, settings);
    return [metric.name, { ...past, adaptive }] as const;
  });
  return { ...memory, signals: { ...memory.signals, ...Object.fromEntries(primed) } };
}
