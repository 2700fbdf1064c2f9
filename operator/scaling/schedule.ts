/** Floors and caps: of all open windows and queries the highest floor and the lowest cap, the floor first. */
import type { Limit } from '../api/decision.ts';
import { type ClockSchedule, isByClock, type Schedule } from '../api/schedule.ts';
import { iso } from './iso.ts';
import { windowAt } from './window.ts';

/** A bound that the clock or a metric gives now. */
export interface Timed {
  readonly replicas: number;
  readonly name: string;
  /** When the window closes or, on a ramp, when it opens; of a metric nobody knows. */
  readonly untilMs?: number;
}

export interface Scheduled {
  readonly replicas: number;
  readonly limits: readonly Limit[];
}

/**
 * Bring a proposal between the lowest cap and the highest floor of the windows open at `nowMs`.
 * A window is open from its start until just before its end. Where floor and cap cross, the floor holds.
 *
 * @param minReplicas where ramps begin
 * @param asked floors that metrics ask for, in place of schedules by query
 */
export function bySchedules(
  proposed: number,
  schedules: readonly Schedule[],
  minReplicas: number,
  nowMs: number,
  asked: readonly Timed[] = [],
): Scheduled {
  const timed = schedules
    .filter(isByClock)
    .map((schedule) => boundsOf(schedule, minReplicas, nowMs));
  const floors = [...timed.flatMap(({ floor }) => floor ?? []), ...asked];
  const floor = floors.reduce(higher, undefined);
  const cap = timed.flatMap(({ cap }) => cap ?? []).reduce(lower, undefined);
  const capped = cap && cap.replicas < proposed ? limited('ScheduleCap', proposed, cap) : undefined;
  const below = capped?.to ?? proposed;
  const raised =
    floor && floor.replicas > below ? limited('ScheduleFloor', below, floor) : undefined;
  return { replicas: raised?.to ?? below, limits: [capped, raised].filter((found) => !!found) };
}

function higher(best: Timed | undefined, next: Timed): Timed {
  return best && best.replicas >= next.replicas ? best : next;
}

function lower(best: Timed | undefined, next: Timed): Timed {
  return best && best.replicas <= next.replicas ? best : next;
}

function limited(reason: Limit['reason'], from: number, { replicas, name, untilMs }: Timed): Limit {
  if (untilMs === undefined) {
    return { reason, from, to: replicas, message: `${name}: ${replicas} by its query` };
  }
  const until = iso(untilMs);
  return { reason, from, to: replicas, message: `${name}: ${replicas} until ${until}`, until };
}

/** The floor and the cap that one schedule gives now; neither while its windows are closed. */
function boundsOf(
  schedule: ClockSchedule,
  base: number,
  nowMs: number,
): { readonly floor?: Timed; readonly cap?: Timed } {
  const { name, minReplicas, maxReplicas, durationSeconds } = schedule;
  const { openedMs, opensMs } = windowAt(schedule, nowMs);
  if (openedMs !== undefined) {
    const untilMs = openedMs + durationSeconds * 1000;
    return {
      ...(minReplicas !== undefined && { floor: { name, replicas: minReplicas, untilMs } }),
      ...(maxReplicas !== undefined && { cap: { name, replicas: maxReplicas, untilMs } }),
    };
  }
  const rising = minReplicas !== undefined && opensMs !== undefined;
  const replicas = rising ? onRamp(schedule, base, minReplicas, opensMs - nowMs) : undefined;
  return replicas === undefined || opensMs === undefined
    ? {}
    : { floor: { name, replicas, untilMs: opensMs } };
}

/** The floor rises in a straight line from `base` and is whole when the window opens; undefined before the ramp. */
function onRamp(
  { rampSeconds }: ClockSchedule,
  base: number,
  floor: number,
  untilMs: number,
): number | undefined {
  const left = untilMs / (rampSeconds * 1000);
  if (rampSeconds === 0 || left >= 1 || floor <= base) return undefined;
  return Math.ceil(base + (floor - base) * (1 - left));
}
