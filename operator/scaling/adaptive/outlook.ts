/** The load to prepare for: level, believed rise and headroom. */
import { withHeadroom } from './headroom.ts';
import { bestWindow, LEVEL_WINDOWS_SECONDS, levels, type PerWindow } from './level.ts';
import { loadAt } from './loads.ts';
import type { AdaptiveMemory, AdaptiveView } from './memory.ts';
import { foreseeRises, type Rises, TREND_SECONDS } from './rise.ts';
import { type Addition, believedRise } from './trust.ts';

export interface Outlook {
  readonly levels: PerWindow;
  readonly rises: Rises;
  readonly level: number;
  /** Of the mean that is the level. */
  readonly windowSeconds: number;
  readonly addition: Addition;
  /** Level and addition. */
  readonly total: number;
  /** With headroom, before the governor's factor. */
  readonly upper: number;
}

/** What one horizon ahead is expected of a metric whose newest load `memory` already holds. */
export function lookAhead(
  { kept, ring }: AdaptiveMemory,
  { nowMs, load }: AdaptiveView,
  horizonSeconds: number,
  capacityPerReplica: number,
): Outlook {
  const { loads, records, variance } = kept;
  const means = levels(loads, nowMs);
  const window = bestWindow(kept.levelErrors);
  const level = means[window] ?? load;
  const loadBefore = loadAt(loads, nowMs - TREND_SECONDS * 1000);
  const rises = foreseeRises({ nowMs, load, loadBefore, horizonSeconds, capacityPerReplica, ring });
  const addition = believedRise(records, rises, load, capacityPerReplica);
  const total = level + addition.load;
  const forecast = { forecast: total, addition: addition.load, load, variance };
  const upper = withHeadroom(forecast, capacityPerReplica);
  const windowSeconds = LEVEL_WINDOWS_SECONDS[window] ?? 0;
  return { levels: means, rises, level, windowSeconds, addition, total, upper };
}
