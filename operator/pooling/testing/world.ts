/** Operators at work in a simulated cluster while a script disturbs them between any two of their calls. */
import type { BudgetStatus, Ledger } from '../../api/budget-status.ts';
import { type Budget, emptyLedger, free } from '../ledger.ts';
import type { Pooler, PoolerAddress } from '../ports.ts';
import { createRebalancer, type Rebalancer, type StoredBudget } from '../rebalance.ts';
import type { step } from '../step.ts';
import { Cluster, type Pod, type Workload } from './cluster.ts';
import { atEveryInstant, atRest, atWrite } from './invariants.ts';

/** Something that happens `after` so many calls; `pick` chooses of whom, `amount` how much. */
export interface Action {
  readonly after: number;
  readonly kind: (typeof actionKinds)[number];
  readonly pick: number;
  readonly amount: number;
}

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
  readonly rebalancer: Rebalancer;
  isKilled: boolean;
  /** When its next call is to be its last: before it is carried out, or after. */
  dies: 'before' | 'after' | undefined;
  freezes: 'before' | 'after' | undefined;
  frozenAtMs: number | undefined;
  hasWritten: boolean;
  runSinceMs: number;
  readonly thaw: PromiseWithResolvers<void>;
  readonly froze: PromiseWithResolvers<'frozen'>;
}

const callMs = 2;
/** A leader stops 10 s after its last renewal; another may lead after 15 s. */
const leadsMs = 10_000;
const takeoverMs = 15_000;
const syncMs = 500;
const restSyncs = 40;

class World {
  readonly violations = new Set<string>();
  readonly #budget: Budget;
  readonly #protocol: Protocol;
  readonly #cluster: Cluster;
  readonly #script: Action[];
  #isUnbounded: boolean;
  readonly #silentSinceMs = new Map<string, number>();
  /** By profile: what used its cushion since the ledger was last whole. */
  readonly #outstanding = new Map<string, number>();
  #disruptions = 0;
  #calls = 0;
  #version = 1;
  #status: BudgetStatus = {};
  #leader: Operator;
  #sleepers: Operator[] = [];

  constructor(scenario: Scenario, protocol: Protocol) {
    const { budget, workloads, durationsMs, demand, actions, isUnbounded = false } = scenario;
    this.#budget = budget;
    this.#protocol = protocol;
    this.#script = [...actions];
    this.#isUnbounded = isUnbounded;
    const own = workloads.map((workload) => ({ ...workload }));
    this.#cluster = new Cluster(own, durationsMs, demand, () => this.#check());
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
    this.#isUnbounded = false;
    this.#check();
    this.#blame(atRest(this.#cluster, this.#ledger));
    return [...this.violations];
  }

  /** One rebalance, and the scale written after it, never during it. */
  async #sync(): Promise<void> {
    const leader = this.#leader;
    const disruptions = this.#disruptions;
    leader.runSinceMs = this.#cluster.nowMs;
    const run = leader.rebalancer.run().then(
      () => 'done' as const,
      () => 'failed' as const,
    );
    const outcome = await Promise.race([run, leader.froze.promise]);
    if (outcome === 'frozen' || leader.isKilled) {
      if (outcome === 'frozen') this.#sleepers.push(leader);
      this.#cluster.advance(takeoverMs);
      this.#leader = this.#elect();
      return;
    }
    if (disruptions === this.#disruptions && this.#isWhole()) this.#outstanding.clear();
    for (const workload of this.#cluster.workloads) {
      const share = this.#ledger.profiles.find(({ name }) => name === workload.name);
      this.#scale(workload, Math.min(workload.wanted, share?.replicas ?? 0));
    }
    this.#cluster.advance(syncMs);
  }

  #scale(workload: Workload, replicas: number): void {
    const standing = this.#cluster.standing(workload.name);
    // A surge that ends leaves the cushion in use until its last lease is free.
    for (const _ of standing.slice(workload.asked)) this.#note(workload);
    workload.asked = replicas;
    for (const pod of standing.slice(replicas)) this.#cluster.terminate(pod);
    this.#cluster.tick();
  }

  #elect(): Operator {
    const operator: Operator = {
      rebalancer: createRebalancer({
        store: {
          read: () => this.#call(operator, () => this.#read()),
          write: (version, status) =>
            this.#call(operator, () => this.#write(operator, version, status)),
        },
        look: () => this.#call(operator, () => this.#cluster.look()),
        poolers: {
          connect: ({ uid }) => this.#call(operator, () => this.#console(operator, uid)),
        },
        database: {
          backendsOf: (addresses) => this.#call(operator, () => this.#backends(addresses)),
          setRoleLimit: async () => undefined,
        },
        namespace: 'lms',
        wallMs: () => this.#cluster.nowMs,
        sleep: (ms) => this.#call(operator, () => this.#cluster.advance(ms)),
        isLeading: () => this.#protocol.isTrusting === true || this.#isLeading(operator),
        step: this.#protocol.step,
      }),
      isKilled: false,
      dies: undefined,
      freezes: undefined,
      frozenAtMs: undefined,
      hasWritten: false,
      runSinceMs: this.#cluster.nowMs,
      thaw: Promise.withResolvers(),
      froze: Promise.withResolvers(),
    };
    return operator;
  }

  #isLeading({ frozenAtMs }: Operator): boolean {
    return frozenAtMs === undefined || this.#cluster.nowMs < frozenAtMs + leadsMs;
  }

  /** Every word of an operator to the world passes here, and the world goes on meanwhile. */
  async #call<Result>(operator: Operator, work: () => Result, isSet = false): Promise<Result> {
    if (operator.isKilled) throw new Error('killed');
    this.#cluster.advance(callMs);
    this.#act();
    if (operator.dies === 'before') return this.#die(operator);
    if (operator.freezes === 'before') {
      await this.#sleep(operator);
      // Its client gave up long ago and reset the connection.
      if (isSet) throw new Error('timed out');
    }
    const result = work();
    this.#cluster.tick();
    if (operator.dies === 'after') return this.#die(operator);
    if (operator.freezes === 'after') await this.#sleep(operator);
    return result;
  }

  #die(operator: Operator): never {
    operator.isKilled = true;
    throw new Error('killed');
  }

  async #sleep(operator: Operator): Promise<void> {
    operator.frozenAtMs ??= this.#cluster.nowMs;
    operator.froze.resolve('frozen');
    await operator.thaw.promise;
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

  #write(operator: Operator, version: string, status: BudgetStatus): string | undefined {
    if (version !== String(this.#version)) return undefined;
    const isSilent = (uid: string) =>
      (this.#silentSinceMs.get(uid) ?? Number.POSITIVE_INFINITY) < operator.runSinceMs;
    const write = { isFirstOfTerm: !operator.hasWritten, isSilent };
    this.#blame(atWrite(this.#cluster, this.#ledger, status.ledger ?? emptyLedger, write));
    operator.hasWritten = true;
    this.#version += 1;
    this.#status = structuredClone(status);
    return String(this.#version);
  }

  #backends(addresses: readonly string[]) {
    if (!this.#cluster.postgres.isReachable) throw new Error('no answer');
    return this.#cluster.postgres.view(addresses, this.#cluster.nowMs);
  }

  #console(operator: Operator, uid: PoolerAddress['uid']): Pooler {
    const pod = this.#cluster.pods.find((one) => one.uid === uid);
    if (!pod?.isReachable) throw new Error('no answer');
    const process = pod.container;
    const reached = () => {
      if (!process.isAlive || !pod.isReachable) throw new Error('no answer');
      return process;
    };
    return {
      read: () => this.#call(operator, () => reached().read(this.#cluster.nowMs)),
      setLimit: (limit) =>
        this.#call(
          operator,
          () => {
            if (limit < 1) this.#blame([`I3: ${process.id} was set to ${limit}`]);
            reached().limit = limit;
          },
          true,
        ),
      setLifetime: (lifetime) =>
        this.#call(
          operator,
          () => {
            reached().isRetiring = lifetime === 'short';
          },
          true,
        ),
      close: () => undefined,
    };
  }

  #check(): void {
    this.#blame(atEveryInstant(this.#cluster, this.#budget, this.#ledger));
  }

  #blame(found: readonly string[]): void {
    for (const each of found) {
      const isSum = /^I(1|8):/.test(each);
      if (!isSum || !this.#isUnbounded) this.violations.add(each);
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
      this.#do(next);
    }
  }

  #do({ kind, pick, amount }: Action): void {
    const { pods, workloads, postgres } = this.#cluster;
    const pod = pods[pick % Math.max(1, pods.length)];
    const workload = workloads[pick % workloads.length];
    if (kind === 'want' && workload) workload.wanted = amount % 9;
    if (kind === 'pass') this.#cluster.advance(amount * 100);
    if (kind === 'surge' && workload && this.#mayDisrupt(workload, 1))
      this.#cluster.create(workload);
    if (kind === 'database') postgres.isReachable = amount % 2 === 0;
    if (kind === 'restartDatabase') this.#cluster.restartPostgres();
    if (kind === 'kill') this.#leader.dies = amount % 2 === 0 ? 'before' : 'after';
    if (kind === 'freeze') this.#leader.freezes = amount % 2 === 0 ? 'before' : 'after';
    if (kind === 'thaw') this.#thaw();
    if (pod) this.#doTo(pod, kind, amount);
    this.#cluster.tick();
  }

  #doTo(pod: Pod, kind: Action['kind'], amount: number): void {
    if (kind === 'demand') pod.container.demand = amount;
    if (kind === 'answer') this.#answer(pod);
    if (kind === 'silence') {
      pod.isReachable = false;
      if (!this.#silentSinceMs.has(pod.uid)) this.#silentSinceMs.set(pod.uid, this.#cluster.nowMs);
    }
    const disrupt = { terminate: 'terminate', delete: 'remove', restart: 'restart' } as const;
    if (kind !== 'terminate' && kind !== 'delete' && kind !== 'restart') return;
    const workload = this.#cluster.workloadOf(pod);
    const isStanding = pod.endsAtMs === undefined;
    const surplus = this.#cluster.standing(workload.name).length - workload.asked;
    const isSurplusUsed = kind !== 'restart' && isStanding && surplus > 0;
    if (!this.#mayDisrupt(workload, isSurplusUsed ? 0 : 1)) return;
    if (isSurplusUsed) this.#note(workload);
    this.#cluster[disrupt[kind]](pod);
  }

  #answer(pod: Pod): void {
    pod.isReachable = true;
    this.#silentSinceMs.delete(pod.uid);
  }

  /** As many surprises at once as the cushion is for, until the ledger is whole again. */
  #mayDisrupt(workload: Workload, uses: number): boolean {
    const { name, surge, asked } = workload;
    const surplus = Math.max(0, this.#cluster.standing(name).length - asked);
    const used = (this.#outstanding.get(name) ?? 0) + surplus + uses;
    if (used > surge && !this.#isUnbounded) return false;
    if (uses > 0) this.#note(workload);
    return true;
  }

  #note({ name }: Workload): void {
    this.#disruptions += 1;
    this.#outstanding.set(name, (this.#outstanding.get(name) ?? 0) + 1);
  }

  /**
   * The ledger knows every container that has connections, and the cushion is there. A container that started and
   * ended between two looks is never known: what it left is what the cushion is for, until it is gone.
   */
  #isWhole(): boolean {
    const { leases, ghosts } = this.#ledger;
    const known = new Set([...leases, ...ghosts].map(({ containerId }) => containerId));
    const young = new Set(
      leases.filter(({ containerId }) => containerId === '').map(({ uid }) => uid),
    );
    const isKnown = ({ uid, container, restarts }: Pod) =>
      known.has(container.id) || (restarts === 0 && young.has(uid));
    const alive = new Set(this.#cluster.pods.map(({ container }) => container.id));
    const backends = [...this.#cluster.postgres.servers.values()];
    return (
      this.#cluster.pods.every(isKnown) &&
      backends.every(({ containerId }) => known.has(containerId) || alive.has(containerId)) &&
      free(this.#budget, this.#ledger) >= 0
    );
  }

  #thaw(): void {
    for (const operator of this.#sleepers) operator.thaw.resolve();
    this.#sleepers = [];
  }

  #pacify(): void {
    this.#thaw();
    this.#cluster.postgres.isReachable = true;
    for (const pod of this.#cluster.pods) this.#answer(pod);
    for (const workload of this.#cluster.workloads) this.#scale(workload, workload.asked);
  }
}

/** @returns the invariants that were broken, in words; empty when the protocol held */
export function play(scenario: Scenario, protocol: Protocol): Promise<readonly string[]> {
  return new World(scenario, protocol).play();
}
