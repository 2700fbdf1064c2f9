/** Pods of several workloads as Kubernetes would keep them: created, replaced, drained, killed. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { PodSeen, ProfileSeen } from '../../operator/pooling/observation.ts';
import type { Bed } from './bed.ts';
import type { Load } from './load-process.ts';
import { signal } from './pod.ts';
import type { PoolerPod } from './pooler.ts';

/** A Deployment with its ScaleProfile; `wantedReplicas` and `askedReplicas` change. */
export interface Workload {
  readonly profile: { -readonly [Key in keyof ProfileSeen]: ProfileSeen[Key] };
  /** Of each pod that comes up. */
  readonly clients: number;
  /** Pods that were disturbed and that the ledger may not have taken in yet: no more than the surge. */
  disturbed: number;
}

export interface FleetPod {
  readonly uid: string;
  readonly workload: Workload;
  /** Undefined until its containers have been started. */
  pooler: PoolerPod | undefined;
  /** Of the pooler's container, as its status tells. */
  restarts: number;
  /** Whether its pooler has answered. */
  isUp: boolean;
  isTerminating: boolean;
  /** Whether nothing is heard of it for a while. */
  isSilent: boolean;
  clients: number;
}

/** How long after a failure clients may still be told of it: PgBouncer logs in again after a second. */
const excuseMs = 3000;

export class Fleet {
  readonly pods: FleetPod[] = [];
  /** What could not be done to pods, in words. */
  readonly failures: string[] = [];
  readonly workloads: readonly Workload[];
  readonly #bed: Bed;
  readonly #load: Load;
  readonly #under: Set<Promise<void>> = new Set();
  #created = 0;

  constructor(bed: Bed, load: Load, workloads: readonly Workload[]) {
    this.#bed = bed;
    this.#load = load;
    this.workloads = workloads;
  }

  /** What the API server would list. */
  look(): readonly PodSeen[] {
    return this.pods.map(({ uid, workload, pooler, restarts, isTerminating }) => ({
      uid,
      name: uid,
      profile: workload.profile.name,
      address: pooler?.where.address ?? '',
      isTerminating,
      pooler: {
        containerId: pooler ? `run-${restarts}` : '',
        restarts,
        floor: workload.profile.floor,
      },
      directPool: 0,
    }));
  }

  standing(workload: Workload): readonly FleetPod[] {
    return this.pods.filter((pod) => pod.workload === workload && !pod.isTerminating);
  }

  /** Create pods up to what is asked for, or drain the oldest, once those that come in their place are up. */
  scale(workload: Workload, replicas: number): void {
    workload.profile.askedReplicas = replicas;
    const standing = this.standing(workload);
    for (let index = standing.length; index < replicas; index++) this.create(workload);
    const surplus = standing.length - replicas;
    if (surplus > 0 && standing.every(({ isUp }) => isUp)) {
      for (const pod of standing.slice(0, surplus)) this.terminate(pod);
    }
  }

  create(workload: Workload): FleetPod {
    this.#created += 1;
    const pod: FleetPod = {
      uid: `${workload.profile.name}-${this.#created}`,
      workload,
      pooler: undefined,
      restarts: 0,
      isUp: false,
      isTerminating: false,
      isSilent: false,
      clients: workload.clients,
    };
    this.pods.push(pod);
    this.#background(async () => {
      const pooler = await this.#bed.startPooler(workload.profile.floor, pod.uid);
      pod.pooler = pooler;
      await this.#untilUp(pod);
      pod.isUp = true;
      this.setClients(pod, pod.clients);
    });
    return pod;
  }

  setClients(pod: FleetPod, count: number): void {
    pod.clients = count;
    if (!pod.pooler || pod.isTerminating) return;
    this.#load.setClients(pod.uid, this.#bed.pooledUrl(pod.pooler), count);
  }

  /** As an orderly end goes: clients leave, then the pooler, then the pod. */
  terminate(pod: FleetPod): void {
    pod.isTerminating = true;
    this.#background(async () => {
      while (!pod.pooler) await sleep(50);
      await this.#load.drain(pod.uid);
      await pod.pooler.remove();
      this.#forget(pod);
    });
  }

  /** As a node that dies: nothing of the pod is left, at once. */
  remove(pod: FleetPod): void {
    pod.isUp = false;
    this.#background(async () => {
      this.#load.setExcused(pod.uid, true);
      await pod.pooler?.remove();
      this.#forget(pod);
      void this.#load.drain(pod.uid).catch(() => {});
      this.scale(pod.workload, pod.workload.profile.askedReplicas);
    });
  }

  /** `kill -9` of the pooler, and the next run of its container. */
  restart(pod: FleetPod): void {
    pod.isUp = false;
    this.#background(async () => {
      this.#load.setExcused(pod.uid, true);
      await pod.pooler?.restart();
      pod.restarts += 1;
      await this.#untilUp(pod);
      pod.isUp = true;
      await sleep(excuseMs);
      this.#load.setExcused(pod.uid, false);
    });
  }

  /** Its pooler stands still for a while, as on a node that is out of breath: what is sent to it waits there. */
  freeze(pod: FleetPod, forMs: number): void {
    this.#silence(pod, async (pooler) => {
      const container = pooler.container();
      await signal(container, 'STOP');
      await sleep(forMs);
      await signal(container, 'CONT');
    });
  }

  /** Its network loses every packet for a while, and nobody is told. That alone costs no client an answer. */
  cutOff(pod: FleetPod, forMs: number): void {
    this.#silence(pod, (pooler) => pooler.cutOff(forMs));
  }

  async restartPostgres(): Promise<void> {
    const present = [...this.pods];
    for (const { uid } of present) this.#load.setExcused(uid, true);
    await this.#bed.restartPostgres();
    this.#background(async () => {
      await sleep(excuseMs);
      for (const { uid } of present) this.#load.setExcused(uid, false);
    });
  }

  /** Resolves when nothing is under way any more. @throws what could not be done by then */
  async settled(): Promise<void> {
    while (this.#under.size > 0) await Promise.all(this.#under);
    if (this.failures.length > 0) throw new Error(this.failures.join('; '));
  }

  get isBusy(): boolean {
    return this.#under.size > 0;
  }

  #silence(pod: FleetPod, during: (pooler: PoolerPod) => Promise<void>): void {
    const { pooler } = pod;
    if (!pooler || pod.isSilent) return;
    pod.isSilent = true;
    this.#background(async () => {
      try {
        await during(pooler);
      } catch (cause) {
        if (!pod.isTerminating) throw cause; // one that ends may be gone meanwhile
      }
      pod.isSilent = false;
    });
  }

  async #untilUp({ pooler }: FleetPod): Promise<void> {
    for (let attempt = 0; pooler && attempt < 200; attempt++) {
      const console = await this.#bed.poolers.connect(pooler.where).catch(() => undefined);
      if (console) return console.close();
      await sleep(50);
    }
    throw new Error('a pooler does not come up');
  }

  #forget(pod: FleetPod): void {
    this.pods.splice(this.pods.indexOf(pod), 1);
  }

  #background(work: () => Promise<void>): void {
    const run = work()
      .catch((cause: unknown) => void this.failures.push(String(cause)))
      .finally(() => this.#under.delete(run));
    this.#under.add(run);
  }
}
