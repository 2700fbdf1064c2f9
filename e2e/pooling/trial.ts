/** A trial of the connection budget on real processes: random events, and after each of them a rebalance and a check. */
import { setTimeout as sleep } from 'node:timers/promises';
import { pick, type Random, seededRandom } from '../../bench/load/random.ts';
import { emptyLedger, free, sum } from '../../operator/pooling/ledger.ts';
import { type Bed, startBed } from './bed.ts';
import { Fleet, type FleetPod, type Workload } from './fleet.ts';
import type { LoadReport } from './load.ts';
import { type Load, startLoad } from './load-process.ts';
import { type MortalOperator, type Stored, startOperator } from './mortal.ts';
import { Observer, startCounter } from './truth.ts';

export interface TrialOptions {
  readonly steps: number;
  /** The same seed asks for the same events; what comes of them depends on the machine, too. */
  readonly seed: number;
  readonly tell: (line: string) => void;
}

export interface TrialResult {
  /** How often each event came. */
  readonly events: Readonly<Record<string, number>>;
  readonly capacity: number;
  /** The most sessions that PostgreSQL counted at once. */
  readonly mostSessions: number;
  /** `too many connections` in PostgreSQL's log. */
  readonly refusals: number;
  readonly load: LoadReport;
  /** Milliseconds of each rebalance that told a pooler something. */
  readonly rebalancesMs: readonly number[];
  /** Broken invariants, in words. */
  readonly violations: readonly string[];
}

const budget = { serverConnections: 34, reserve: 4 };
const capacity = budget.serverConnections - budget.reserve;
const most = 6;
/** Between two rebalances, on average. */
const periodMs = 150;

/** Often what is ordinary, now and then what is not. */
const kinds = [
  ...['demand', 'demand', 'demand', 'demand', 'want', 'want', 'nothing', 'nothing'],
  ...['rollout', 'kill', 'delete', 'freeze', 'operator', 'operator', 'database'],
] as const;

/** Start everything, run the trial, remove everything. */
export async function runTrial(options: TrialOptions): Promise<TrialResult> {
  const bed = await startBed();
  try {
    return await new Trial(bed, options).run();
  } finally {
    await bed.close();
  }
}

class Trial {
  readonly #bed: Bed;
  readonly #options: TrialOptions;
  readonly #random: Random;
  readonly #load: Load = startLoad({ longShare: 0.05, slowness: 1 });
  readonly #fleet: Fleet;
  readonly #observer: Observer;
  readonly #stored: Stored = { budget, version: 1, status: {} };
  readonly #violations: string[] = [];
  /** The step under way and its event. */
  #moment = 'start';
  readonly #events: Record<string, number> = {};
  readonly #rebalancesMs: number[] = [];
  #operator: MortalOperator;

  constructor(bed: Bed, options: TrialOptions) {
    this.#bed = bed;
    this.#options = options;
    this.#random = seededRandom(options.seed);
    this.#fleet = new Fleet(bed, this.#load, [workload('api', 3, 2), workload('worker', 2, 1)]);
    this.#observer = new Observer(bed);
    this.#operator = this.#elect();
  }

  async run(): Promise<TrialResult> {
    await this.#bed.database.setRoleLimit(capacity);
    const counter = startCounter(this.#bed.superuserUrl);
    await this.#sync();
    await this.#fleet.settled();
    for (let step = 1; step <= this.#options.steps; step++) {
      const kind = pick(this.#random, kinds);
      this.#moment = `step ${step}, ${kind}`;
      await this.#disturb(kind);
      await sleep(this.#random() * 2 * periodMs);
      await this.#sync();
      if (step % 50 === 0) this.#tell(step, counter.most());
    }
    this.#moment = 'rest';
    await this.#rest();
    await counter.stop();
    const load = await this.#load.report();
    this.#load.stop();
    this.#observer.close();
    this.#operator.rebalancer.close();
    return {
      events: this.#events,
      capacity,
      mostSessions: counter.most(),
      refusals: await this.#bed.countRefusals(),
      load,
      rebalancesMs: this.#rebalancesMs,
      violations: this.#violations,
    };
  }

  #blame(violation: string): void {
    const text = `${this.#moment}: ${violation}`;
    this.#violations.push(text);
    this.#options.tell(`! ${text}`);
  }

  #tell(step: number, sessions: number): void {
    const { pods } = this.#fleet;
    const broken = this.#violations.length;
    this.#options.tell(
      `step ${step}: ${pods.length} pods, ${sessions} of ${capacity} sessions at most, ${broken} broken`,
    );
  }

  /** One sync period: a rebalance, the scales that it allows, and the truth. */
  async #sync(): Promise<void> {
    const startMs = performance.now();
    try {
      await this.#operator.rebalancer.run();
      if (this.#operator.hasActed()) this.#rebalancesMs.push(performance.now() - startMs);
    } catch (error) {
      if (!this.#operator.isDead()) throw error;
    }
    if (this.#operator.isDead()) {
      await this.#operator.bury();
      this.#operator = this.#elect();
      return;
    }
    const ledger = this.#stored.status.ledger ?? emptyLedger;
    for (const each of this.#fleet.workloads) {
      const { profile } = each;
      const granted = ledger.profiles.find(({ name }) => name === profile.name)?.replicas ?? 0;
      this.#fleet.scale(each, Math.min(profile.wantedReplicas, granted));
    }
    const floors = sum(ledger.profiles.map(({ floor, replicas }) => floor * replicas));
    if (floors > capacity) this.#blame(`I11: floors of ${floors} in ${capacity}`);
    for (const each of await this.#observer.overLease(this.#fleet.pods, ledger)) {
      this.#blame(each);
    }
    for (const each of this.#fleet.workloads) if (this.#isWhole(each)) each.disturbed = 0;
  }

  async #disturb(kind: (typeof kinds)[number]): Promise<void> {
    const pods = this.#fleet.pods.filter((pod) => pod.isUp && !pod.isTerminating);
    const target = pick(this.#random, this.#fleet.workloads);
    const amount = this.#random();
    const pod = pods.length > 0 ? pick(this.#random, pods) : undefined;
    if (kind === 'want') target.profile.wantedReplicas = 1 + Math.floor(amount * most);
    if (kind === 'demand' && pod) this.#fleet.setClients(pod, 1 + Math.floor(amount * 12));
    if (kind === 'freeze' && pod) this.#fleet.freeze(pod, 200 + amount * 2500);
    if (kind === 'operator') {
      this.#operator.dieAt(1 + Math.floor(amount * 40), amount * 100 < 50 ? 'before' : 'after');
    }
    if (kind === 'database') {
      if (amount > 0.2 || this.#fleet.isBusy) return;
      await this.#fleet.restartPostgres();
    }
    if (kind === 'rollout' || kind === 'kill' || kind === 'delete') {
      if (!this.#disrupt(kind, target, pod)) return;
    }
    this.#events[kind] = (this.#events[kind] ?? 0) + 1;
  }

  /** No more at once than the surge is kept for. @returns whether it may be */
  #disrupt(kind: string, target: Workload, pod: FleetPod | undefined): boolean {
    const hit = kind === 'rollout' ? target : pod?.workload;
    if (!hit || !pod || pod.isFrozen || hit.disturbed >= hit.profile.surge) return false;
    hit.disturbed += 1;
    if (kind === 'rollout') this.#fleet.create(hit); // the scale takes the oldest away once it is up
    if (kind === 'kill') this.#fleet.restart(pod);
    if (kind === 'delete') this.#fleet.remove(pod);
    return true;
  }

  /** No pod of it is on its way, the ledger knows every run, and the floors kept for surprises are there. */
  #isWhole(workload: Workload): boolean {
    const ledger = this.#stored.status.ledger ?? emptyLedger;
    const known = new Map(ledger.leases.map((lease) => [lease.uid, lease.containerId]));
    const pods = this.#fleet.pods.filter((pod) => pod.workload === workload);
    const isSettled = (pod: FleetPod) =>
      pod.isUp && !pod.isTerminating && known.get(pod.uid) === `run-${pod.restarts}`;
    return pods.every(isSettled) && free(budget, ledger) >= 0;
  }

  /** Peace: within 30 s everything has what it should have. */
  async #rest(): Promise<void> {
    let odd: readonly string[] = [];
    const endMs = performance.now() + 30_000;
    do {
      await this.#sync();
      await sleep(200);
      if (this.#fleet.isBusy) odd = ['I10: pods are still on their way'];
      else {
        const ledger = this.#stored.status.ledger ?? emptyLedger;
        odd = await this.#observer.unsettled(this.#fleet.pods, ledger);
      }
    } while (odd.length > 0 && performance.now() < endMs);
    for (const each of odd) this.#blame(each);
  }

  #elect(): MortalOperator {
    return startOperator({
      stored: this.#stored,
      look: async () => ({
        profiles: this.#fleet.workloads.map(({ profile }) => ({ ...profile })),
        pods: this.#fleet.look(),
      }),
      poolers: this.#bed.poolers,
      database: this.#bed.database,
      blame: (violation) => this.#blame(violation),
    });
  }
}

function workload(name: string, floor: number, weight: number): Workload {
  const replicas = { askedReplicas: 0, wantedReplicas: 2 };
  return { profile: { name, floor, weight, surge: 1, ...replicas }, clients: 4, disturbed: 0 };
}
