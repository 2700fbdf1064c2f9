/** Pods for tests of resource metrics: long at work and sampled, unless something else is said. */
import type { PodObservation } from '../pod.ts';
import { start } from './scenario.ts';

/** Milliseconds since the epoch, so many seconds before the tests' now. */
export const ago = (seconds: number): number => start - seconds * 1000;

const atWork: PodObservation = {
  name: 'pod',
  phase: 'Running',
  ready: true,
  deleting: false,
  startedAtMs: ago(3600),
  readyTransitionAtMs: ago(3590),
  requests: { api: { cpu: 1000, memory: 1000 } },
  sampleStartMs: ago(20),
  sampleAtMs: ago(5),
};

/** A pod whose container `api` uses so many millicores, and as many bytes, and requests 1000 of each. */
export function podUsing(used: number, changes: Partial<PodObservation> = {}): PodObservation {
  return { ...atWork, usage: { api: { cpu: used, memory: used } }, ...changes };
}

/** A pod of which there is no sample. */
export function podUnseen(changes: Partial<PodObservation> = {}): PodObservation {
  return { ...atWork, ...changes };
}

/** A pod that no node runs yet. */
export const podPending: PodObservation = {
  name: 'pending',
  phase: 'Pending',
  ready: false,
  deleting: false,
  requests: atWork.requests,
};
