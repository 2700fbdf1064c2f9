/** One observation in, one decision out: signals, proposals, the highest wins, then limits in their order. */
import type { Decision } from '../api/decision.ts';
import type { ProfileSpec } from '../api/profile.ts';
import type { Memory } from './memory.ts';
import type { Observation } from './observation.ts';

export interface Decided {
  readonly decision: Decision;
  /** For the next pass. A scale write that succeeded is added by `recordScale`. */
  readonly memory: Memory;
}

export type Decide = (spec: ProfileSpec, observation: Observation, memory: Memory) => Decided;
