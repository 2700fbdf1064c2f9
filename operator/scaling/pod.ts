/** One pod of the target as an observation holds it: what the rules of resource metrics depend on. */

/** CPU in millicores, memory in bytes. */
export interface Amounts {
  readonly cpu?: number | undefined;
  readonly memory?: number | undefined;
}

type ByContainer = Readonly<Record<string, Amounts>>;

export interface PodObservation {
  readonly name: string;
  readonly phase: 'Pending' | 'Running' | 'Succeeded' | 'Failed' | 'Unknown';
  /** False when the Ready condition says False; undefined without such a condition. */
  readonly ready?: boolean;
  /** Whether its deletion was asked for. */
  readonly deleting: boolean;
  /** When its node took it on; milliseconds since the epoch, as all times here. */
  readonly startedAtMs?: number;
  /** When the Ready condition last changed. */
  readonly readyTransitionAtMs?: number;
  /** What each container used over the sample's window; undefined: no sample of this pod. */
  readonly usage?: ByContainer;
  /** By every container that goes on running beside others; `{}` for one that requests nothing. */
  readonly requests: ByContainer;
  /** Requests of the pod as a whole; where present they count, not those of the containers. */
  readonly podRequests?: Amounts;
  /** The window of the sample: rates are means over it. */
  readonly sampleStartMs?: number;
  readonly sampleAtMs?: number;
}
