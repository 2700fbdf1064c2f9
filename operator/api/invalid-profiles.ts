/** Profiles that are refused, laid over `sampleProfile`; held here and by the API server. */
import { invalidBehavior } from './invalid-profiles/behavior.ts';
import { invalidBounds } from './invalid-profiles/bounds.ts';
import { invalidMetrics } from './invalid-profiles/metrics.ts';
import { invalidResources } from './invalid-profiles/resources.ts';
import { invalidSchedules } from './invalid-profiles/schedules.ts';
import { invalidSidecars } from './invalid-profiles/sidecars.ts';
import { invalidStrategy } from './invalid-profiles/strategy.ts';
import { invalidTargets } from './invalid-profiles/targets.ts';
import type { InvalidSpec } from './invalid-spec.ts';

export const invalidProfiles: readonly InvalidSpec[] = [
  ...invalidBounds,
  ...invalidMetrics,
  ...invalidResources,
  ...invalidTargets,
  ...invalidBehavior,
  ...invalidStrategy,
  ...invalidSchedules,
  ...invalidSidecars,
];
