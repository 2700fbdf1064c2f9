/** Pods of a few profiles as Kubernetes makes and ends them, each with a pooler, over simulated time. */
import type { PodSeen, ProfileSeen } from '../observation.ts';
import { PoolerProcess, Postgres } from './processes.ts';

export interface Pod {
  readonly uid: string;
  readonly profile: string;
  readonly address: string;
  container: PoolerProcess;
  restarts: number;
  /** Since when its console cannot be reached. */
  silentSinceMs: number | undefined;
  /** When a terminating pod is gone. */
  endsAtMs: number | undefined;
  /** The container and restarts that the pod's status names, and when it learns of the true ones. */
  listed: { readonly containerId: string; readonly restarts: number };
  listedAtMs: number;
}

export interface Workload {
  readonly name: string;
  readonly floor: number;
  readonly weight: number;
  readonly surge: number;
  asked: number;
  wanted: number;
}

const quantumMs = 10;
const statusLagMs = 700;
const graceMs = 2500;

export class Cluster {
  nowMs = Date.UTC(2026, 0, 1);
  readonly postgres: Postgres;
  readonly workloads: readonly Workload[];
  readonly pods: Pod[] = [];
  readonly #demand: number;
  /** Called after every quantum of time and every change. */
  readonly #onChange: () => void;
  #made = 0;

  constructor(
    workloads: readonly Workload[],
    durationsMs: readonly number[],
    demand: number,
    onChange: () => void,
  ) {
    this.workloads = workloads;
    this.postgres = new Postgres(durationsMs);
    this.#demand = demand;
    this.#onChange = onChange;
  }

  advance(ms: number): void {
    const endMs = this.nowMs + ms;
    while (this.nowMs < endMs) {
      this.nowMs = Math.min(endMs, this.nowMs + quantumMs);
      this.tick();
    }
  }

  /** Everything that happens by itself at this instant. */
  tick(): void {
    for (const pod of this.pods.filter(
      ({ endsAtMs = Number.POSITIVE_INFINITY }) => endsAtMs <= this.nowMs,
    ))
      this.remove(pod);
    for (const workload of this.workloads) this.#replace(workload);
    for (const pod of this.pods) {
      if (pod.listedAtMs > this.nowMs) continue;
      pod.listed = { containerId: pod.container.id, restarts: pod.restarts };
    }
    this.#endGhosts();
    for (const { container } of this.pods) container.tick(this.nowMs);
    this.#onChange();
  }

  standing(profile: string): readonly Pod[] {
    return this.pods.filter((pod) => pod.profile === profile && pod.endsAtMs === undefined);
  }

  /** A pod beyond the replicas, as a rollout makes it; also what the controller does to replace a pod. */
  create({ name, floor }: Workload): void {
    this.#made += 1;
    const uid = `pod-${String(this.#made).padStart(4, '0')}`;
    const address = this.#freeAddress();
    this.pods.push({
      uid,
      profile: name,
      address,
      container: new PoolerProcess(this.postgres, `${uid}/0`, address, floor, this.#demand),
      restarts: 0,
      silentSinceMs: undefined,
      endsAtMs: undefined,
      listed: { containerId: '', restarts: 0 },
      listedAtMs: this.nowMs + statusLagMs,
    });
  }

  terminate(pod: Pod): void {
    pod.endsAtMs ??= this.nowMs + graceMs;
  }

  /** Gone at once, its container killed: the end of a grace period, or `delete --force`. */
  remove(pod: Pod): void {
    pod.container.kill(this.nowMs);
    this.pods.splice(this.pods.indexOf(pod), 1);
  }

  restart(pod: Pod): void {
    const { container, uid, address } = pod;
    container.kill(this.nowMs);
    pod.restarts += 1;
    const { floor } = this.workloadOf(pod);
    const id = `${uid}/${pod.restarts}`;
    pod.container = new PoolerProcess(this.postgres, id, address, floor, container.demand);
    pod.listedAtMs = this.nowMs + statusLagMs;
  }

  workloadOf({ profile }: Pod): Workload {
    const found = this.workloads.find(({ name }) => name === profile);
    if (!found) throw new Error(`no workload ${profile}`);
    return found;
  }

  look(): { readonly profiles: readonly ProfileSeen[]; readonly pods: readonly PodSeen[] } {
    const profiles = this.workloads.map(({ asked, wanted, ...rest }) => ({
      ...rest,
      askedReplicas: asked,
      wantedReplicas: wanted,
    }));
    const pods = this.pods.map((pod) => ({
      uid: pod.uid,
      name: pod.uid,
      profile: pod.profile,
      address: pod.address,
      isTerminating: pod.endsAtMs !== undefined,
      pooler: { ...pod.listed, floor: this.workloadOf(pod).floor },
      directPool: 0,
    }));
    return { profiles, pods };
  }

  /** What a ReplicaSet does: missing pods at once, surplus ones only when the scale went down. */
  #replace(workload: Workload): void {
    while (this.standing(workload.name).length < workload.asked) this.create(workload);
  }

  /** Backends whose pooler is gone end with their transaction. */
  #endGhosts(): void {
    const alive = new Set(this.pods.map(({ container }) => container.id));
    for (const { pid, containerId, busyUntilMs } of this.postgres.servers.values()) {
      if (!alive.has(containerId) && busyUntilMs <= this.nowMs) this.postgres.servers.delete(pid);
    }
  }

  /** Addresses are given out again as soon as a pod is gone. */
  #freeAddress(): string {
    const taken = new Set(this.pods.map(({ address }) => address));
    for (let host = 1; ; host += 1) {
      const address = `10.0.0.${host}`;
      if (!taken.has(address)) return address;
    }
  }
}
