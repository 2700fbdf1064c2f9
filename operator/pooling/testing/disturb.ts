/** What befalls a cluster and its operators, one small thing at a time. */
import type { Candidate } from './candidate.ts';
import type { Cluster, Pod } from './cluster.ts';
import type { Surprises } from './surprises.ts';

export const actionKinds = [
  'want',
  'demand',
  'pass',
  'surge',
  'terminate',
  'delete',
  'restart',
  'silence',
  'answer',
  'database',
  'restartDatabase',
  'kill',
  'freeze',
  'thaw',
] as const;

/** Something that happens `after` so many calls; `pick` chooses of whom, `amount` how much. */
export interface Action {
  readonly after: number;
  readonly kind: (typeof actionKinds)[number];
  readonly pick: number;
  readonly amount: number;
}

interface Stage {
  readonly cluster: Cluster;
  readonly surprises: Surprises;
  readonly leader: Candidate;
  readonly thaw: () => void;
}

export function disturb(stage: Stage, { kind, pick, amount }: Action): void {
  const { cluster, surprises, leader, thaw } = stage;
  const { pods, workloads, postgres } = cluster;
  const pod = pods[pick % Math.max(1, pods.length)];
  const workload = workloads[pick % workloads.length];
  const when = amount % 2 === 0 ? 'before' : 'after';
  if (kind === 'want' && workload) workload.wanted = amount % 9;
  if (kind === 'pass') cluster.advance(amount * 100);
  if (kind === 'surge' && workload && surprises.take(workload)) cluster.create(workload);
  if (kind === 'database') postgres.isReachable = amount % 2 === 0;
  if (kind === 'restartDatabase') postgres.restart();
  if (kind === 'kill') leader.dies = when;
  if (kind === 'freeze') leader.freezes = when;
  if (kind === 'thaw') thaw();
  if (pod) disturbPod(stage, pod, kind, amount);
  cluster.tick();
}

function disturbPod(stage: Stage, pod: Pod, kind: Action['kind'], amount: number): void {
  const { cluster, surprises } = stage;
  if (kind === 'demand') pod.container.demand = amount;
  if (kind === 'answer') pod.silentSinceMs = undefined;
  if (kind === 'silence') pod.silentSinceMs ??= cluster.nowMs;
  if (kind !== 'terminate' && kind !== 'delete' && kind !== 'restart') return;
  const workload = cluster.workloadOf(pod);
  if (!surprises.take(workload)) return;
  if (kind === 'terminate') cluster.terminate(pod);
  if (kind === 'delete') cluster.remove(pod);
  if (kind === 'restart') cluster.restart(pod);
}
