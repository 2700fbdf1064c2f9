/** The queue before a fleet of workers: what arrived and is not worked off yet, second by second. */
import type { Fleet, Witness } from './fluid.ts';
import { meanOver } from './trace.ts';

/** A fluid: jobs have no size but their rate, and those in work count as waiting, as a queue's depth does. */
export class Backlog implements Pick<Witness, 'onSecond'> {
  /** Jobs waiting or in work at the end of each second. */
  readonly depths: Float64Array;
  /** `completed[t]`: jobs done before second `t`. */
  private readonly completed: Float64Array;
  private readonly jobsPerReplica: number;

  /** @param jobsPerReplica jobs a second that a ready pod works off */
  constructor(seconds: number, jobsPerReplica: number) {
    this.depths = new Float64Array(seconds);
    this.completed = new Float64Array(seconds + 1);
    this.jobsPerReplica = jobsPerReplica;
  }

  onSecond(second: number, { readyReplicas }: Fleet, arrivals: number): void {
    const jobs = (this.depths[second - 1] ?? 0) + arrivals;
    const done = Math.min(jobs, readyReplicas * this.jobsPerReplica);
    this.depths[second] = jobs - done;
    this.completed[second + 1] = (this.completed[second] ?? 0) + done;
  }

  /** Depth at the end of the second before the one `lagSeconds` ago: what a scrape would have seen. */
  depthAt(second: number, lagSeconds: number): number {
    return this.depths[second - lagSeconds - 1] ?? 0;
  }

  /** Jobs completed per second, as `rate()` would say at `second`. */
  completionsAt(second: number, windowSeconds: number, lagSeconds: number): number {
    return meanOver(this.completed, second, windowSeconds, lagSeconds);
  }
}
