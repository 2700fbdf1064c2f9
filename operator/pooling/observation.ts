/** Everything one step saw: plain values, and all that the ledger may depend on. */
import type { Backend, PoolerReading } from './ports.ts';

/**
 * A pod that exists and whose containers may run (phase Pending or Running). Listed from the API server itself, never
 * from a cache: a pod that is left out is taken for gone.
 */
export interface PodSeen {
  readonly uid: string;
  readonly name: string;
  readonly profile: string;
  /** Empty until it has one. */
  readonly address: string;
  readonly isTerminating: boolean;
  /** Undefined: no sidecar; the pod opens up to `directPool` connections itself. */
  readonly pooler: PoolerSeen | undefined;
  /** Connections that the application opens past any pooler, as its profile declares. */
  readonly directPool: number;
}

/** The pooler's container by the pod's status, which may lag behind. */
export interface PoolerSeen {
  /** Named as the pooler itself does (`run-N` after N restarts); empty before it first runs. */
  readonly containerId: string;
  /** `restartCount`. */
  readonly restarts: number;
  /** The limit in this pod's own file. */
  readonly floor: number;
}

export interface ProfileSeen {
  readonly name: string;
  /** Of pods to come. */
  readonly floor: number;
  readonly weight: number;
  /** Pods that a rollout may add: `maxSurge` as a number; at least 1, for a pod may die at any time. */
  readonly surge: number;
  /**
   * `spec.replicas` of the scale as it stands: pods may appear up to it. It is written between rebalances only, and
   * never above the replicas of the stored ledger.
   */
  readonly askedReplicas: number;
  /** What scaling wants, before the budget. */
  readonly wantedReplicas: number;
}

export interface Observation {
  /** When the observation was complete, milliseconds since the epoch: the only clock of a step. */
  readonly nowMs: number;
  /** Every profile of the budget. */
  readonly profiles: readonly ProfileSeen[];
  /** Every pod of these profiles, and every pod that has a lease, while it exists. */
  readonly pods: readonly PodSeen[];
  /** By pod uid; a pod without one was not reached. Taken after every earlier command was over. */
  readonly readings: ReadonlyMap<string, PoolerReading>;
  /** Undefined when PostgreSQL was not asked or did not answer. */
  readonly evidence: Evidence | undefined;
}

export interface Evidence {
  /** When the question was sent. */
  readonly askedAtMs: number;
  /** From the addresses of all leases and ghosts. */
  readonly backends: readonly Backend[];
}

/** What a pooler could use now: transactions that run and clients that wait for a server. */
export function demandOf({ active, waiting }: Pick<PoolerReading, 'active' | 'waiting'>): number {
  return active + waiting;
}
