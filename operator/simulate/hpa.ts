/** The HorizontalPodAutoscaler as a comparator, also fed quickly, or by KEDA at its poll interval. */
import type { Fleet, FleetModel, Policy } from './fluid.ts';
import { rateAt, type Trace } from './trace.ts';

const UTILIZATION = 0.7;
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
export const KEDA: HpaPipeline = { ...STOCK, pollSeconds: 30 };

/** An HPA at 70 % of capacity, tolerance 0.1, default behavior, on the trace's rate. */
export function hpa(trace: Trace, model: FleetModel, pipeline: HpaPipeline): Policy {
  const { syncPeriodSeconds, windowSeconds, lagSeconds, pollSeconds } = pipeline;
  const read = (second: number) => {
    const polled = second - (second % pollSeconds);
    return rateAt(trace, polled, windowSeconds, lagSeconds);
  };
  return { syncPeriodSeconds, decide: hpaRules(model, read) };
}

/** The HPA's rules over any reading of the load. */
export function hpaRules(
  { capacityPerReplica }: FleetModel,
  read: (second: number) => number,
): Policy['decide'] {
  const target = UTILIZATION * capacityPerReplica;
  const behavior = new DefaultBehavior();
  return (second, { replicas }: Fleet) => {
    const load = read(second);
    const ratio = load / (target * replicas);
    const within = ratio >= 1 - TOLERANCE && ratio <= 1 + TOLERANCE;
    return behavior.limit(second, replicas, within ? replicas : Math.ceil(load / target - EPSILON));
  };
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
