/** The HorizontalPodAutoscaler as a comparator, also fed quickly, or by KEDA at its poll interval. */
import type { Arena } from './arena.ts';
import { cronFloor } from './floors.ts';
import type { Fleet, Policy } from './fluid.ts';
import { rateAt } from './trace.ts';

/** The share of what a replica can do that is aimed at. */
export const UTILIZATION = 0.7;
const TOLERANCE = 0.1;
const HOLD_SECONDS = 300;
const UP_PERIOD_SECONDS = 15;
/** So that a quotient a rounding error above a whole number stays at it. */
const EPSILON = 1e-12;

export interface HpaPipeline {
  readonly syncPeriodSeconds: number;
  readonly windowSeconds: number;
  /** Age of what a sync reads. */
  readonly lagSeconds: number;
  /** Readings change at multiples of this only. */
  readonly pollSeconds: number;
}

export const STOCK: HpaPipeline = {
  syncPeriodSeconds: 15,
  windowSeconds: 60,
  lagSeconds: 15,
  pollSeconds: 1,
};
export const FAST: HpaPipeline = {
  syncPeriodSeconds: 5,
  windowSeconds: 30,
  lagSeconds: 5,
  pollSeconds: 1,
};
const KEDA: HpaPipeline = { ...STOCK, pollSeconds: 30 };

/** An HPA at 70 % of capacity on the trace's rate, or on the depth of a queue; tolerance 0.1, default behavior. */
export function hpa(arena: Arena, pipeline: HpaPipeline, floor?: Floor): Policy {
  const { trace, model, queue } = arena;
  const { syncPeriodSeconds, windowSeconds, lagSeconds, pollSeconds } = pipeline;
  const polled = (second: number) => second - (second % pollSeconds);
  const read = (second: number) =>
    queue
      ? queue.backlog.depthAt(polled(second), lagSeconds)
      : rateAt(trace, polled(second), windowSeconds, lagSeconds);
  const share = queue ? queue.drainSeconds : UTILIZATION;
  const target = share * model.capacityPerReplica;
  const floorAt = floor && ((second: number) => floor(trace.startMs + polled(second) * 1000));
  return { syncPeriodSeconds, decide: hpaRules(target, read, floorAt) };
}

/** Replicas that a second metric asks for at a time, milliseconds since the epoch. */
type Floor = (atMs: number) => number;

/** The HPA fed by KEDA: a reading every 30 s, and the floors of the schedules as cron triggers. */
export function keda(arena: Arena): Policy {
  return hpa(arena, KEDA, cronFloor(arena.schedules));
}

/**
 * The HPA's rules over any reading of the load.
 *
 * @param target of the reading, per replica
 * @param floor what a metric of its own asks for, whose target is 1 per replica; the highest wins
 */
export function hpaRules(
  target: number,
  read: (second: number) => number,
  floor: (second: number) => number = () => 0,
): Policy['decide'] {
  const behavior = new DefaultBehavior();
  return (second, { replicas }: Fleet) => {
    const byLoad = proposed(read(second), target, replicas);
    const byClock = proposed(floor(second), 1, replicas);
    return behavior.limit(second, replicas, Math.max(byLoad, byClock));
  };
}

function proposed(total: number, target: number, replicas: number): number {
  const ratio = total / (target * replicas);
  const within = ratio >= 1 - TOLERANCE && ratio <= 1 + TOLERANCE;
  return within ? replicas : Math.ceil(total / target - EPSILON);
}

/** Down: the highest proposal of 300 s; up: four pods or 100 % in 15 s, whichever is more. */
class DefaultBehavior {
  private proposals: { readonly at: number; readonly replicas: number }[] = [];
  private additions: { readonly at: number; readonly change: number }[] = [];

  limit(second: number, current: number, proposed: number): number {
    this.proposals = this.proposals.filter(({ at }) => at > second - HOLD_SECONDS);
    this.proposals.push({ at: second, replicas: proposed });
    if (proposed < current) return Math.min(current, this.highest());
    if (proposed === current) return current;
    this.additions = this.additions.filter(({ at }) => at > second - UP_PERIOD_SECONDS);
    const added = this.additions.reduce((sum, { change }) => sum + change, 0);
    const start = current - added;
    const most = Math.max(start + 4, 2 * start, current);
    const limited = Math.min(proposed, most);
    if (limited > current) this.additions.push({ at: second, change: limited - current });
    return limited;
  }

  private highest(): number {
    return this.proposals.reduce((most, { replicas }) => Math.max(most, replicas), 0);
  }
}
