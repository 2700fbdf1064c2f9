/** What a report draws of a run: load, ready capacity, replicas and limits, in a bounded number of steps. */
import type { Decision, LimitReason } from '../api/decision.ts';
import type { Backlog } from './backlog.ts';
import type { Fleet, FleetModel, Witness } from './fluid.ts';

const MOST_STEPS = 1200;

/** Steps in a row in which the same limit acted. */
export interface Mark {
  readonly step: number;
  readonly lastStep: number;
  readonly reason: LimitReason;
  /** Reason and sentence of the first of them. */
  readonly text: string;
}

/** A witness that keeps of each step the highest load, count and backlog, and the lowest ready capacity. */
export class Series implements Pick<Witness, 'onSecond'> {
  readonly secondsPerStep: number;
  readonly loads: number[] = [];
  readonly capacities: number[] = [];
  readonly replicas: number[] = [];
  /** Empty where no queue is worked off. */
  readonly backlogs: number[] = [];
  /** By the first limit of each step that had one. */
  readonly marks: Mark[] = [];
  private readonly capacityPerReplica: number;
  private readonly backlog: Backlog | undefined;

  /** @param backlog must have seen each second before the series does */
  constructor(seconds: number, { capacityPerReplica }: FleetModel, backlog?: Backlog) {
    this.secondsPerStep = Math.max(1, Math.ceil(seconds / MOST_STEPS));
    this.capacityPerReplica = capacityPerReplica;
    this.backlog = backlog;
  }

  onSecond(second: number, { replicas, readyReplicas }: Fleet, load: number): void {
    const step = this.stepOf(second);
    const capacity = readyReplicas * this.capacityPerReplica;
    this.loads[step] = Math.max(this.loads[step] ?? 0, load);
    this.capacities[step] = Math.min(this.capacities[step] ?? Infinity, capacity);
    this.replicas[step] = Math.max(this.replicas[step] ?? 0, replicas);
    if (!this.backlog) return;
    this.backlogs[step] = Math.max(this.backlogs[step] ?? 0, this.backlog.depths[second] ?? 0);
  }

  onDecision(second: number, { limits }: Decision): void {
    const step = this.stepOf(second);
    const [limit] = limits;
    const last = this.marks.at(-1);
    if (!limit || last?.lastStep === step) return;
    const { reason, from, to, message } = limit;
    if (last?.reason === reason && last.lastStep === step - 1) {
      this.marks[this.marks.length - 1] = { ...last, lastStep: step };
      return;
    }
    const text = `${reason} ${from} to ${to}: ${message}`;
    this.marks.push({ step, lastStep: step, reason, text });
  }

  private stepOf(second: number): number {
    return Math.floor(second / this.secondsPerStep);
  }
}
