/** What all policies of a run are judged on: load, pods, and the queue between them if there is one. */
import type { Schedule } from '../api/schedule.ts';
import type { Backlog } from './backlog.ts';
import type { FleetModel, Policy } from './fluid.ts';
import type { Trace } from './trace.ts';

export interface Arena {
  readonly trace: Trace;
  readonly model: FleetModel;
  /** The queue that the pods work off; undefined: they serve requests as they come. */
  readonly queue: Queue | undefined;
  /** Of the first profile: the floors that KEDA gets as cron triggers. */
  readonly schedules: readonly Schedule[];
}

/** The trace is of jobs, and `capacityPerReplica` of the model is what a pod works off in a second. */
interface Queue {
  /** Of this policy's fleet alone. */
  readonly backlog: Backlog;
  /** In how many seconds a backlog should be worked off. */
  readonly drainSeconds: number;
}

export type Comparator = (arena: Arena) => Policy;
