/** The model of a fleet: a fluid of load in steps of one second over pods that take a while to start. */
import { type StartUp, startUps } from './startup.ts';
import type { Trace } from './trace.ts';

/** A pod ordered at `t` serves from `t` and its start-up time on. */
export interface FleetModel extends StartUp {
  /** Requests per second that a ready pod serves. */
  readonly capacityPerReplica: number;
  readonly minReplicas: number;
  readonly maxReplicas: number;
}

export interface Fleet {
  /** As ordered: ready and starting. */
  readonly replicas: number;
  readonly readyReplicas: number;
}

/** Something that decides replicas: one of the comparators, or a profile. Stateful: one for each run. */
export interface Policy {
  readonly syncPeriodSeconds: number;
  /** Ready when the run begins; `minReplicas` where it does not say. */
  readonly startReplicas?: number;
  /** Replicas to order at `second`, before the model's bounds. */
  readonly decide: (second: number, fleet: Fleet) => number;
}

/** Hears what happened in a run. */
export interface Witness {
  /** At the end of every second, after the orders of its begin. */
  readonly onSecond: (second: number, fleet: Fleet, load: number) => void;
  readonly onOrder: (second: number, from: number, to: number) => void;
}

/** Run one policy over a trace, all pods it starts with being ready. */
export function runFleet(trace: Trace, model: FleetModel, policy: Policy, witness: Witness): void {
  const { minReplicas, maxReplicas } = model;
  const nextStartUp = startUps(model);
  const starting = new Starting();
  let replicas = policy.startReplicas ?? minReplicas;
  for (let second = 0; second < trace.loads.length; second += 1) {
    starting.advance(second);
    if (second % policy.syncPeriodSeconds === 0) {
      const fleet = { replicas, readyReplicas: replicas - starting.count };
      const wanted = policy.decide(second, fleet);
      const bounded = Math.min(maxReplicas, Math.max(minReplicas, wanted));
      const added = Math.max(0, bounded - replicas);
      starting.order(Array.from({ length: added }, () => second + nextStartUp()));
      if (bounded < replicas) starting.cancel(replicas - bounded);
      if (bounded !== replicas) witness.onOrder(second, replicas, bounded);
      replicas = bounded;
      starting.advance(second);
    }
    const fleet = { replicas, readyReplicas: replicas - starting.count };
    witness.onSecond(second, fleet, trace.loads[second] ?? 0);
  }
}

/** Pods that are not ready yet, in the order in which they were ordered. */
class Starting {
  private readyAts: readonly number[] = [];

  get count(): number {
    return this.readyAts.length;
  }

  order(readyAts: readonly number[]): void {
    this.readyAts = [...this.readyAts, ...readyAts];
  }

  /** The newest go first; what is left over is taken from the ready ones, outside of here. */
  cancel(size: number): void {
    this.readyAts = this.readyAts.slice(0, Math.max(0, this.count - size));
  }

  advance(second: number): void {
    if (this.readyAts.some((readyAt) => readyAt <= second)) {
      this.readyAts = this.readyAts.filter((readyAt) => readyAt > second);
    }
  }
}
