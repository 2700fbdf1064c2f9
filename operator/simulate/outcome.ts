/** What a run cost and what it failed to serve, in the figures that policies are compared by. */
import type { Fleet, FleetModel, Witness } from './fluid.ts';
import type { Trace } from './trace.ts';

const BIN_SECONDS = 300;
const DAY_SECONDS = 86_400;

export interface Outcome {
  /** Seconds with more load than the ready pods could serve, percent of all. */
  readonly overloadedSecondsPercent: number;
  /** Requests beyond what the ready pods could serve, percent of all. */
  readonly excessRequestsPercent: number;
  /** Starting pods count. */
  readonly podHours: number;
  readonly scaleEventsPerDay: number;
  /** Scale events whose direction was not that of the one before. */
  readonly directionFlipsPerDay: number;
  /** Excess requests of the worst five minutes, counted from the start of the trace. */
  readonly worst5MinExcessRequests: number;
}

/** A witness that counts, and the outcome of what it has counted. */
export class Tally implements Witness {
  private readonly trace: Trace;
  private readonly capacityPerReplica: number;
  private overloadedSeconds = 0;
  private excess = 0;
  private binExcess = 0;
  private worstBinExcess = 0;
  private podSeconds = 0;
  private events = 0;
  private flips = 0;
  private direction = 0;

  constructor(trace: Trace, { capacityPerReplica }: FleetModel) {
    this.trace = trace;
    this.capacityPerReplica = capacityPerReplica;
  }

  onSecond(second: number, { replicas, readyReplicas }: Fleet, load: number): void {
    this.podSeconds += replicas;
    if (second % BIN_SECONDS === 0) this.binExcess = 0;
    const excess = load - readyReplicas * this.capacityPerReplica;
    if (excess <= 0) return;
    this.overloadedSeconds += 1;
    this.excess += excess;
    this.binExcess += excess;
    this.worstBinExcess = Math.max(this.worstBinExcess, this.binExcess);
  }

  onOrder(_second: number, from: number, to: number): void {
    const direction = Math.sign(to - from);
    this.events += 1;
    if (this.direction !== 0 && direction !== this.direction) this.flips += 1;
    this.direction = direction;
  }

  outcome(): Outcome {
    const seconds = this.trace.loads.length;
    const days = seconds / DAY_SECONDS;
    const requests = this.trace.sums.at(-1) ?? 0;
    return {
      overloadedSecondsPercent: (100 * this.overloadedSeconds) / seconds,
      excessRequestsPercent: requests > 0 ? (100 * this.excess) / requests : 0,
      podHours: this.podSeconds / 3600,
      scaleEventsPerDay: this.events / days,
      directionFlipsPerDay: this.flips / days,
      worst5MinExcessRequests: this.worstBinExcess,
    };
  }
}
