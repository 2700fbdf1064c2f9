/** Operators at work in a simulated cluster while a script disturbs them between any two of their calls. */
import type { BudgetStatus, Ledger } from '../../api/budget-status.ts';
import { type Budget, emptyLedger } from '../ledger.ts';
import { demandOf } from '../observation.ts';
import type { Pooler, PoolerAddress } from '../ports.ts';
import { createRebalancer, type Rebalancer, type StoredBudget } from '../rebalance.ts';
import type { step } from '../step.ts';
import { Candidate } from './candidate.ts';
import { Cluster, type Workload } from './cluster.ts';
import { type Action, disturb } from './disturb.ts';
import { atEveryInstant, atRest, atWrite } from './invariants.ts';
import { Surprises } from './surprises.ts';

export interface Scenario {
  readonly budget: Budget;
  readonly workloads: readonly Workload[];
  readonly durationsMs: readonly number[];
  readonly demand: number;
  readonly actions: readonly Action[];
  /** Whether more may go wrong at once than the cushion is for; the sums may then be passed until peace returns. */
  readonly isUnbounded?: boolean;
}

/** The protocol as it is, or broken in one place. */
export interface Protocol {
  readonly step: typeof step;
  readonly isTrusting?: boolean;
}

interface Operator {
  readonly candidate: Candidate;
  readonly rebalancer: Rebalancer;
}

/** Another may lead 15 s after a leader's last renewal. */
const takeoverMs = 15_000;
const syncMs = 500;
const restSyncs = 40;

class World {
  readonly violations = new Set<string>();
  readonly #budget: Budget;
  readonly #protocol: Protocol;
  readonly #cluster: Cluster;
  readonly #script: Action[];
  readonly #surprises: Surprises;
  #calls = 0;
  #version = 1;
  #status: BudgetStatus = {};
  #leader: Operator;
  #sleepers: Candidate[] = [];

  constructor(scenario: Scenario, protocol: Protocol) {
    const { budget, workloads, durationsMs, demand, actions, isUnbounded = false } = scenario;
    this.#budget = budget;
    this.#protocol = protocol;
    this.#script = [...actions];
    const own = workloads.map((workload) => ({ ...workload }));
    this.#cluster = new Cluster(own, durationsMs, demand, () => this.#check());
    this.#surprises = new Surprises(this.#cluster, isUnbounded);
    this.#leader = this.#elect();
  }

  get #ledger(): Ledger {
    return this.#status.ledger ?? emptyLedger;
  }

  async play(): Promise<readonly string[]> {
    while (this.#script.length > 0 && this.violations.size === 0) await this.#sync();
    if (this.violations.size > 0) return [...this.violations];
    this.#pacify();
    for (let left = restSyncs; left > 0; left -= 1) await this.#sync();
    this.#surprises.isUnbounded = false;
    this.#check();
    this.#blame(atRest(this.#cluster, this.#ledger));
    return [...this.violations];
  }

  /** One rebalance, and the scale written after it, never during it. */
  async #sync(): Promise<void> {
    const { candidate, rebalancer } = this.#leader;
    const surprisesBefore = this.#surprises.count;
    candidate.runSinceMs = this.#cluster.nowMs;
    const run = rebalancer.run().then(
      () => 'done' as const,
      () => 'failed' as const,
    );
    const outcome = await Promise.race([run, candidate.froze.promise]);
    if (outcome === 'frozen' || candidate.isKilled) {
      if (outcome === 'frozen') this.#sleepers.push(candidate);
      this.#cluster.advance(takeoverMs);
      this.#leader = this.#elect();
      return;
    }
    if (surprisesBefore === this.#surprises.count)
      this.#surprises.settle(this.#budget, this.#ledger);
    for (const workload of this.#cluster.workloads) {
      const share = this.#ledger.profiles.find(({ name }) => name === workload.name);
      this.#scale(workload, Math.min(workload.wanted, share?.replicas ?? 0));
    }
    this.#cluster.advance(syncMs);
  }

  #scale(workload: Workload, replicas: number): void {
    const standing = this.#cluster.standing(workload.name);
    workload.asked = replicas;
    // As a rollout does: the oldest go once those that come in their place are up.
    const surplus = Math.max(0, standing.length - replicas);
    const areUp = standing.every(({ listed }) => listed.containerId !== '');
    if (areUp) for (const pod of standing.slice(0, surplus)) this.#cluster.terminate(pod);
    this.#cluster.tick();
  }

  #elect(): Operator {
    const cluster = this.#cluster;
    const candidate = new Candidate(cluster, () => this.#act());
    const rebalancer = createRebalancer({
      store: {
        read: () => candidate.call(() => this.#read()),
        write: (version, status) => candidate.call(() => this.#write(candidate, version, status)),
      },
      look: () => candidate.call(() => cluster.look()),
      poolers: { connect: ({ uid }) => candidate.call(() => this.#console(candidate, uid)) },
      database: {
        backendsOf: (addresses) =>
          candidate.call(() => cluster.postgres.view(addresses, cluster.nowMs)),
        setRoleLimit: async () => undefined,
      },
      namespace: 'lms',
      wallMs: () => cluster.nowMs,
      sleep: (ms) => candidate.call(() => cluster.advance(ms)),
      isLeading: () => this.#protocol.isTrusting === true || candidate.isLeading(),
      step: this.#protocol.step,
    });
    return { candidate, rebalancer };
  }

  #read(): StoredBudget {
    return {
      ...this.#budget,
      generation: 1,
      enforceRoleLimit: false,
      version: String(this.#version),
      status: structuredClone(this.#status),
    };
  }

  #write(writer: Candidate, version: string, status: BudgetStatus): string | undefined {
    if (version !== String(this.#version)) return undefined;
    const isSilent = (uid: string) => {
      const pod = this.#cluster.pods.find((one) => one.uid === uid);
      return (pod?.silentSinceMs ?? Number.POSITIVE_INFINITY) < writer.runSinceMs;
    };
    const write = { isFirstOfTerm: !writer.hasWritten, isSilent };
    this.#blame(atWrite(this.#cluster, this.#ledger, status.ledger ?? emptyLedger, write));
    writer.hasWritten = true;
    this.#version += 1;
    this.#status = structuredClone(status);
    return String(this.#version);
  }

  #console(candidate: Candidate, uid: PoolerAddress['uid']): Pooler {
    const pod = this.#cluster.pods.find((one) => one.uid === uid);
    const process = pod?.container;
    const reached = () => {
      if (!process?.isAlive || pod?.silentSinceMs !== undefined) throw new Error('no answer');
      return process;
    };
    const { id } = reached();
    return {
      read: () => candidate.call(() => reached().read(this.#cluster.nowMs)),
      demand: () => candidate.call(() => demandOf(reached().read(this.#cluster.nowMs))),
      setLimit: (limit) =>
        candidate.call(() => {
          if (limit < 1) this.#blame([`I3: ${id} was set to ${limit}`]);
          reached().limit = limit;
        }, true),
      setLifetime: (lifetime) =>
        candidate.call(() => {
          reached().isRetiring = lifetime === 'short';
        }, true),
      close: () => undefined,
    };
  }

  #check(): void {
    this.#blame(atEveryInstant(this.#cluster, this.#budget, this.#ledger));
  }

  #blame(found: readonly string[]): void {
    for (const each of found) {
      const isSum = /^I(1|8):/.test(each);
      if (!isSum || !this.#surprises.isUnbounded) this.violations.add(each);
    }
  }

  /** All actions that are due after so many calls. */
  #act(): void {
    this.#calls += 1;
    for (;;) {
      const [next] = this.#script;
      if (!next || next.after > this.#calls) return;
      this.#script.shift();
      this.#calls = 0;
      disturb(this.#stage(), next);
    }
  }

  #stage() {
    const { candidate } = this.#leader;
    const thaw = () => this.#thaw();
    return { cluster: this.#cluster, surprises: this.#surprises, leader: candidate, thaw };
  }

  #thaw(): void {
    for (const candidate of this.#sleepers) candidate.thaw();
    this.#sleepers = [];
  }

  #pacify(): void {
    this.#thaw();
    this.#cluster.postgres.isReachable = true;
    for (const pod of this.#cluster.pods) pod.silentSinceMs = undefined;
    for (const workload of this.#cluster.workloads) this.#scale(workload, workload.asked);
  }
}

/** @returns the invariants that were broken, in words; empty when the protocol held */
export function play(scenario: Scenario, protocol: Protocol): Promise<readonly string[]> {
  return new World(scenario, protocol).play();
}
