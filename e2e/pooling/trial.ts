/** A trial of the connection budget on real processes: random events, and after each of them a rebalance and a check. */
import { setTimeout as sleep } from 'node:timers/promises';
import { pick, type Random, seededRandom } from '../../bench/load/random.ts';
import { free } from '../../operator/pooling/ledger.ts';
import { startBed } from './bed.ts';
import type { FleetPod, Workload } from './fleet.ts';
import { type Findings, newWorkload, Stage } from './stage.ts';

export interface TrialOptions {
  readonly steps: number;
  /** The same seed asks for the same events; what comes of them depends on the machine, too. */
  readonly seed: number;
  readonly tell: (line: string) => void;
}

export interface TrialResult extends Findings {
  /** How often each event came. */
  readonly events: Readonly<Record<string, number>>;
  /** Milliseconds of each rebalance that told a pooler something. */
  readonly rebalancesMs: readonly number[];
}

const workloads = [
  { name: 'api', floor: 3, weight: 2, wantedReplicas: 2 },
  { name: 'worker', floor: 2, weight: 1, wantedReplicas: 2 },
];
const budget = { serverConnections: 34, reserve: 4 };
const most = 6;
/** Between two rebalances, on average. */
const periodMs = 150;

/** Often what is ordinary, now and then what is not. */
const kinds = [
  ...['demand', 'demand', 'demand', 'demand', 'want', 'want', 'nothing', 'nothing'],
  ...['rollout', 'kill', 'delete', 'freeze', 'pause', 'operator', 'operator', 'database'],
] as const;

/** Start everything, run the trial, remove everything. */
export async function runTrial(options: TrialOptions): Promise<TrialResult> {
  const bed = await startBed();
  try {
    const stage = await Stage.enter(bed, {
      budget,
      workloads: workloads.map((each) => newWorkload(each, 4)),
      load: { longShare: 0.05, slowness: 1 },
      tell: options.tell,
    });
    return await new Trial(stage, options).run();
  } finally {
    await bed.close();
  }
}

class Trial {
  readonly #stage: Stage;
  readonly #options: TrialOptions;
  readonly #random: Random;
  readonly #events: Record<string, number> = {};
  readonly #rebalancesMs: number[] = [];

  constructor(stage: Stage, options: TrialOptions) {
    this.#stage = stage;
    this.#options = options;
    this.#random = seededRandom(options.seed);
  }

  async run(): Promise<TrialResult> {
    await this.#sync();
    await this.#stage.fleet.settled();
    for (let step = 1; step <= this.#options.steps; step++) {
      const kind = pick(this.#random, kinds);
      this.#stage.moment = `step ${step}, ${kind}`;
      await this.#disturb(kind);
      await sleep(this.#random() * 2 * periodMs);
      await this.#stage.operator.rebalancer.need(); // as an operator asks between two rebalances
      await this.#sync();
      if (step % 50 === 0) this.#tell(step);
    }
    this.#stage.moment = 'rest';
    await this.#rest();
    const findings = await this.#stage.leave();
    return { ...findings, events: this.#events, rebalancesMs: this.#rebalancesMs };
  }

  #tell(step: number): void {
    const { fleet, violations, mostSessions, capacity } = this.#stage;
    this.#options.tell(
      `step ${step}: ${fleet.pods.length} pods, ${mostSessions} of ${capacity} sessions at most, ${violations.length} broken`,
    );
  }

  /** One sync period: a rebalance, the scales that it allows, and the truth. */
  async #sync(): Promise<void> {
    const stage = this.#stage;
    const startMs = performance.now();
    if (!(await stage.rebalance())) return stage.succeed();
    if (stage.operator.hasActed()) this.#rebalancesMs.push(performance.now() - startMs);
    stage.scale();
    await stage.check();
    for (const each of stage.fleet.workloads) if (this.#isWhole(each)) each.disturbed = 0;
  }

  async #disturb(kind: (typeof kinds)[number]): Promise<void> {
    const { fleet, operator } = this.#stage;
    const pods = fleet.pods.filter((pod) => pod.isUp && !pod.isTerminating);
    const target = pick(this.#random, fleet.workloads);
    const amount = this.#random();
    const pod = pods.length > 0 ? pick(this.#random, pods) : undefined;
    if (kind === 'want') target.profile.wantedReplicas = 1 + Math.floor(amount * most);
    if (kind === 'demand' && pod) fleet.setClients(pod, 1 + Math.floor(amount * 12));
    if (kind === 'freeze' && pod) fleet.freeze(pod, 200 + amount * 2500);
    if (kind === 'pause' && pod) fleet.cutOff(pod, 200 + amount * 2500);
    if (kind === 'operator') {
      operator.dieAt(1 + Math.floor(amount * 40), amount * 100 < 50 ? 'before' : 'after');
    }
    if (kind === 'database') {
      if (amount > 0.2 || fleet.isBusy) return;
      await fleet.restartPostgres();
    }
    if (kind === 'rollout' || kind === 'kill' || kind === 'delete') {
      if (!this.#disrupt(kind, target, pod)) return;
    }
    this.#events[kind] = (this.#events[kind] ?? 0) + 1;
  }

  /** No more at once than the surge is kept for. @returns whether it may be */
  #disrupt(kind: string, target: Workload, pod: FleetPod | undefined): boolean {
    const { fleet } = this.#stage;
    const hit = kind === 'rollout' ? target : pod?.workload;
    if (!hit || !pod || pod.isSilent || hit.disturbed >= hit.profile.surge) return false;
    hit.disturbed += 1;
    if (kind === 'rollout') fleet.create(hit); // the scale takes the oldest away once it is up
    if (kind === 'kill') fleet.restart(pod);
    if (kind === 'delete') fleet.remove(pod);
    return true;
  }

  /** No pod of it is on its way, the ledger knows every run, and the floors kept for surprises are there. */
  #isWhole(workload: Workload): boolean {
    const { ledger, fleet } = this.#stage;
    const known = new Map(ledger.leases.map((lease) => [lease.uid, lease.containerId]));
    const pods = fleet.pods.filter((pod) => pod.workload === workload);
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
      odd = await this.#stage.unsettled();
    } while (odd.length > 0 && performance.now() < endMs);
    for (const each of odd) this.#stage.blame(each);
  }
}
