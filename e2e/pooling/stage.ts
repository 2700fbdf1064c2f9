/** What a trial plays on: a fleet on the bed, the operator of the day, the stored ledger, and those who judge. */
import type { Ledger } from '../../operator/api/budget-status.ts';
import { type Budget, capacity, emptyLedger, held, sum } from '../../operator/pooling/ledger.ts';
import type { Bed } from './bed.ts';
import { Fleet, type Workload } from './fleet.ts';
import type { LoadReport } from './load.ts';
import { type Load, type LoadOptions, startLoad } from './load-process.ts';
import { type MortalOperator, type Stored, startOperator } from './mortal.ts';
import { type Counter, Observer, startCounter } from './truth.ts';

export interface StageOptions {
  readonly budget: Budget;
  readonly workloads: readonly Workload[];
  readonly load: LoadOptions;
  readonly tell: (line: string) => void;
}

/** What was found by the time the stage is left. */
export interface Findings {
  readonly capacity: number;
  /** The most sessions that PostgreSQL counted at once. */
  readonly mostSessions: number;
  /** `too many connections` in PostgreSQL's log. */
  readonly refusals: number;
  readonly load: LoadReport;
  /** Broken invariants, in words. */
  readonly violations: readonly string[];
}

export class Stage {
  readonly fleet: Fleet;
  readonly capacity: number;
  readonly violations: string[] = [];
  /** What is under way, for whoever reads of a violation. */
  moment = 'start';
  operator: MortalOperator;
  readonly #bed: Bed;
  readonly #options: StageOptions;
  readonly #load: Load;
  readonly #observer: Observer;
  readonly #counter: Counter;
  readonly #stored: Stored;

  private constructor(bed: Bed, options: StageOptions) {
    this.#bed = bed;
    this.#options = options;
    this.capacity = capacity(options.budget);
    this.#load = startLoad(options.load);
    this.fleet = new Fleet(bed, this.#load, options.workloads);
    this.#observer = new Observer(bed);
    this.#counter = startCounter(bed.superuserUrl);
    this.#stored = { budget: options.budget, version: 1, status: {} };
    this.operator = this.#elect();
  }

  /** The role may hold what pods share and no more, so that PostgreSQL refuses whatever is too much. */
  static async enter(bed: Bed, options: StageOptions): Promise<Stage> {
    await bed.database.setRoleLimit(capacity(options.budget));
    return new Stage(bed, options);
  }

  get ledger(): Ledger {
    return this.#stored.status.ledger ?? emptyLedger;
  }

  get mostSessions(): number {
    return this.#counter.most();
  }

  blame(violation: string): void {
    const text = `${this.moment}: ${violation}`;
    this.violations.push(text);
    this.#options.tell(`! ${text}`);
  }

  /** @returns whether the operator lived to its end */
  async rebalance(): Promise<boolean> {
    try {
      await this.operator.rebalancer.run();
    } catch (error) {
      if (this.operator.diedAt() === undefined) throw error;
    }
    return this.operator.diedAt() === undefined;
  }

  /** A new leader in the place of one that died. */
  async succeed(): Promise<void> {
    await this.operator.bury();
    this.operator = this.#elect();
  }

  /** The scales that the ledger allows. */
  scale(): void {
    for (const workload of this.fleet.workloads) {
      const { name, wantedReplicas } = workload.profile;
      const share = this.ledger.profiles.find((each) => each.name === name);
      this.fleet.scale(workload, Math.min(wantedReplicas, share?.replicas ?? 0));
    }
  }

  /** Blame whatever is not safe now, by the ledger, every pooler that answers, and PostgreSQL. */
  async check(): Promise<void> {
    const { ledger } = this;
    const floors = sum(ledger.profiles.map(({ floor, replicas }) => floor * replicas));
    if (floors > this.capacity) this.blame(`I11: floors of ${floors} in ${this.capacity}`);
    if (held(ledger) > this.capacity) this.blame(`I1: ${held(ledger)} of ${this.capacity} leased`);
    const [sessions, found] = await Promise.all([
      this.#counter.count(),
      this.#observer.overLease(this.fleet.pods, ledger),
    ]);
    if (sessions > this.capacity) this.blame(`I8: ${sessions} sessions of ${this.capacity}`);
    for (const each of found) this.blame(each);
  }

  /** What is not as it should be in peace, in words. */
  async unsettled(): Promise<readonly string[]> {
    if (this.fleet.isBusy) return ['I10: pods are still on their way'];
    const odd = await this.#observer.unsettled(this.fleet.pods, this.ledger);
    return [...odd, ...this.fleet.failures];
  }

  async leave(): Promise<Findings> {
    await this.#counter.stop();
    const load = await this.#load.report();
    this.#load.stop();
    this.#observer.close();
    this.operator.rebalancer.close();
    return {
      capacity: this.capacity,
      mostSessions: this.#counter.most(),
      refusals: await this.#bed.countRefusals(),
      load,
      violations: this.violations,
    };
  }

  #elect(): MortalOperator {
    return startOperator({
      stored: this.#stored,
      look: async () => ({
        profiles: this.fleet.workloads.map(({ profile }) => ({ ...profile })),
        pods: this.fleet.look(),
      }),
      poolers: this.#bed.poolers,
      database: this.#bed.database,
      blame: (violation) => this.blame(violation),
    });
  }
}

/** A workload that has no pods yet, and whose rollouts add one. */
export function newWorkload(
  profile: Pick<Workload['profile'], 'name' | 'floor' | 'weight' | 'wantedReplicas'>,
  clients: number,
): Workload {
  return { profile: { ...profile, surge: 1, askedReplicas: 0 }, clients, disturbed: 0 };
}
