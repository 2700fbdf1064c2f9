/** Strategy Adaptive for one metric: level, rise, headroom, cost and act, composed into a proposal. */
import { act, holdNeed } from './act.ts';
import { governCost } from './cost.ts';
import { needFor } from './headroom.ts';
import { type AdaptiveMemory, type AdaptiveView, learn, rowOf } from './memory.ts';
import { lookAhead } from './outlook.ts';
import { sentenceOf } from './sentence.ts';
import { type AdaptiveSettings, horizonOf } from './settings.ts';

export interface AdaptiveProposal {
  /** Before bounds. */
  readonly replicas: number;
  /** Replicas that the forecast calls for, as a fraction. */
  readonly need: number;
  readonly reason: string;
  readonly memory: AdaptiveMemory;
}

/** One pass over one metric with an AverageValue target and a good reading. */
export function proposeAdaptively(
  view: AdaptiveView,
  settings: AdaptiveSettings,
  before: AdaptiveMemory,
): AdaptiveProposal {
  const { nowMs, load, currentReplicas } = view;
  const { capacityPerReplica, holdSeconds, costRatio } = settings;
  const lagSeconds = Math.max(0, nowMs - view.sampleAtMs) / 1000;
  const horizonSeconds = horizonOf(settings, lagSeconds);
  const memory = learn(before, view, horizonSeconds, settings);
  const { kept, ring } = memory;
  const seen = { nowMs, lagSeconds, currentReplicas, loads: kept.loads };
  const cost = governCost(kept.cost, seen, settings);
  const outlook = lookAhead(memory, view, horizonSeconds, capacityPerReplica);
  const need = needFor(outlook.upper, cost.gain, capacityPerReplica);
  const hold = holdNeed(kept.hold, nowMs, need, holdSeconds);
  const { levels, rises, total } = outlook;
  const forecasts = [...kept.forecasts, rowOf({ atMs: nowMs, load, levels, rises, total })];
  return {
    replicas: act(hold, nowMs, currentReplicas, settings),
    need,
    reason: sentenceOf({ ...outlook, gain: cost.gain, costRatio }),
    memory: { kept: { ...kept, forecasts, cost, hold }, ring },
  };
}
