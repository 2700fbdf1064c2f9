/** What a run cost and what it failed to serve, in the figures that policies are compared by. */
import type { Backlog } from './backlog.ts';
import type { Fleet, FleetModel, Witness } from './fluid.ts';
import type { Trace } from './trace.ts';

const BIN_SECONDS = 300;
const DAY_SECONDS = 86_400;

/** Figures of every fleet. */
type FleetOutcome = {
  /** Starting pods count. */
  readonly podHours: number;
  readonly scaleEventsPerDay: number;
  /** Scale events whose direction was not that of the one before. */
  readonly directionFlipsPerDay: number;
};

/** Of pods that serve requests as they come. */
export type RequestOutcome = FleetOutcome & {
  /** Seconds with more load than the ready pods could serve, percent of all. */
  readonly overloadedSecondsPercent: number;
  /** Requests beyond what the ready pods could serve, percent of all. */
  readonly excessRequestsPercent: number;
  /** Excess requests of the worst five minutes, counted from the start of the trace. */
  readonly worst5MinExcessRequests: number;
};

/** Of pods that work off a queue. */
export type QueueOutcome = FleetOutcome & {
  /** Seconds in which the ready pods would have needed longer than `drainSeconds` for what waited, percent of all. */
  readonly lateSecondsPercent: number;
  /** Of a job, from its arrival to its end, without the time of its own work. */
  readonly meanWaitSeconds: number;
  /** Jobs waiting at the worst moment. */
  readonly deepestBacklog: number;
};

/** One kind's figures by name. */
export type Outcome = RequestOutcome | QueueOutcome;

/** A witness that counts, and the outcome of what it has counted. */
export interface Tally extends Witness {
  readonly outcome: () => Outcome;
}

/** What any fleet costs, whatever it does. */
class FleetTally {
  private readonly seconds: number;
  private podSeconds = 0;
  private events = 0;
  private flips = 0;
  private direction = 0;

  constructor(trace: Trace) {
    this.seconds = trace.loads.length;
  }

  count(replicas: number): void {
    this.podSeconds += replicas;
  }

  onOrder(_second: number, from: number, to: number): void {
    const direction = Math.sign(to - from);
    this.events += 1;
    if (this.direction !== 0 && direction !== this.direction) this.flips += 1;
    this.direction = direction;
  }

  fleetOutcome(): FleetOutcome {
    const days = this.seconds / DAY_SECONDS;
    return {
      podHours: this.podSeconds / 3600,
      scaleEventsPerDay: this.events / days,
      directionFlipsPerDay: this.flips / days,
    };
  }
}

/** Counts what pods that serve requests lacked. */
export class RequestTally extends FleetTally implements Tally {
  private readonly trace: Trace;
  private readonly capacityPerReplica: number;
  private overloadedSeconds = 0;
  private excess = 0;
  private binExcess = 0;
  private worstBinExcess = 0;

  constructor(trace: Trace, { capacityPerReplica }: FleetModel) {
    super(trace);
    this.trace = trace;
    this.capacityPerReplica = capacityPerReplica;
  }

  onSecond(second: number, { replicas, readyReplicas }: Fleet, load: number): void {
    this.count(replicas);
    if (second % BIN_SECONDS === 0) this.binExcess = 0;
    const excess = load - readyReplicas * this.capacityPerReplica;
    if (excess <= 0) return;
    this.overloadedSeconds += 1;
    this.excess += excess;
    this.binExcess += excess;
    this.worstBinExcess = Math.max(this.worstBinExcess, this.binExcess);
  }

  outcome(): RequestOutcome {
    const { loads, sums } = this.trace;
    return {
      overloadedSecondsPercent: (100 * this.overloadedSeconds) / loads.length,
      excessRequestsPercent: percentOf(this.excess, sums.at(-1) ?? 0),
      ...this.fleetOutcome(),
      worst5MinExcessRequests: this.worstBinExcess,
    };
  }
}

/** Counts how long jobs wait; the backlog must have seen each second before it does. */
export class QueueTally extends FleetTally implements Tally {
  private readonly trace: Trace;
  private readonly backlog: Backlog;
  /** Jobs that a ready pod works off in the time that is allowed. */
  private readonly jobsInTime: number;
  private lateSeconds = 0;
  private jobSeconds = 0;
  private deepest = 0;

  constructor(
    trace: Trace,
    { capacityPerReplica }: FleetModel,
    backlog: Backlog,
    drainSeconds: number,
  ) {
    super(trace);
    this.trace = trace;
    this.backlog = backlog;
    this.jobsInTime = capacityPerReplica * drainSeconds;
  }

  onSecond(second: number, { replicas, readyReplicas }: Fleet): void {
    this.count(replicas);
    const depth = this.backlog.depths[second] ?? 0;
    this.jobSeconds += depth;
    this.deepest = Math.max(this.deepest, depth);
    if (depth > readyReplicas * this.jobsInTime) this.lateSeconds += 1;
  }

  outcome(): QueueOutcome {
    const { loads, sums } = this.trace;
    const jobs = sums.at(-1) ?? 0;
    return {
      lateSecondsPercent: (100 * this.lateSeconds) / loads.length,
      meanWaitSeconds: jobs > 0 ? this.jobSeconds / jobs : 0,
      ...this.fleetOutcome(),
      deepestBacklog: this.deepest,
    };
  }
}

function percentOf(part: number, whole: number): number {
  return whole > 0 ? (100 * part) / whole : 0;
}
