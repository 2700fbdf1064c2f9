/** What a strategy decides beside the proposals: the window of its queries and the limits it brings along. */
import type { ProfileSpec } from '../api/profile.ts';
import { adaptiveDefaults, type BehaviorRules, behaviorRules, hpaDefaults } from './behavior.ts';
import type { Observation } from './observation.ts';

const HOLD_SECONDS = 180;
const LEAD_SECONDS = 45;

/** What `$window` stands for. */
export function queryWindowSeconds({ strategy }: ProfileSpec): number {
  return strategy.type === 'Adaptive' ? 30 : 60;
}

/** The limits in force: the HPA's where nothing is written; with Adaptive only what is written limits. */
export function behaviorOf({ strategy, behavior }: ProfileSpec): BehaviorRules {
  return behaviorRules(behavior, strategy.type === 'Adaptive' ? adaptiveDefaults : hpaDefaults);
}

/** How long strategy Adaptive holds what a signal asked for. */
export function holdSecondsOf({ strategy }: ProfileSpec): number {
  return strategy.holdSeconds ?? HOLD_SECONDS;
}

/** From the order of a pod to its readiness: as written, else as measured, else a guess. */
export function leadSecondsOf(
  { leadTimeSeconds }: ProfileSpec,
  measured: Pick<Observation, 'leadTimeSeconds'>,
): number {
  return leadTimeSeconds ?? measured.leadTimeSeconds ?? LEAD_SECONDS;
}
