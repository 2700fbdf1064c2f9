/** Carry the protocol out: read the stored ledger, observe, step, store, command, until nothing is left to do. */
import { type BudgetStatus, budgetStatusSchema, type Ledger } from '../api/budget-status.ts';
import { statusOf } from './conditions.ts';
import { createConsoles } from './consoles.ts';
import { type Budget, committed, emptyLedger } from './ledger.ts';
import { demandOf, type Observation } from './observation.ts';
import { askDatabase, readPoolers, type Scene } from './observe.ts';
import type { Database, Poolers } from './ports.ts';
import { recover } from './recover.ts';
import type { Step, step } from './step.ts';

export interface StoredBudget extends Budget {
  readonly generation: number;
  readonly enforceRoleLimit: boolean;
  /** Changes with every write. */
  readonly version: string;
  readonly status: BudgetStatus;
}

export interface BudgetStore {
  readonly read: () => Promise<StoredBudget>;
  /**
   * Make `status` the whole status, if nothing was written since `version`.
   *
   * @returns the new version, or undefined if somebody else wrote in between
   */
  readonly write: (version: string, status: BudgetStatus) => Promise<string | undefined>;
}

export interface RebalanceOptions {
  readonly store: BudgetStore;
  /** Read from the API server itself: whatever is left out is taken for gone. */
  readonly look: (ledger: Ledger) => Promise<Scene>;
  readonly poolers: Poolers;
  readonly database: Database;
  /** Of the budget and all its pods. */
  readonly namespace: string;
  readonly wallMs: () => number;
  readonly sleep: (ms: number) => Promise<void>;
  /** Whether this operator leads now, by its lease: asked before every write and every word to a pooler. */
  readonly isLeading: () => boolean;
  /** The protocol; the tests break it to see whether they notice. */
  readonly step: typeof step;
}

/** `short`: a pooler is short of what others could spare. `near`: one uses more than half of its limit. */
export type Need = 'short' | 'near' | 'calm';

export interface Rebalancer {
  /**
   * One rebalance. What could not be done within `deadlineMs` is left leased, said in a condition, and taken up by the
   * next one.
   *
   * @returns what was stored last; undefined when it stopped because it no longer leads
   * @throws what the store throws
   */
  readonly run: () => Promise<BudgetStatus | undefined>;
  /**
   * How much a rebalance is needed, by what the poolers of the last one say now. Asks nobody else and changes nothing,
   * so it may be asked often. Not while `run` is under way.
   */
  readonly need: () => Promise<Need>;
  readonly close: () => void;
}

/** What the last rebalance saw; limits may have moved since. */
interface Last {
  readonly budget: StoredBudget;
  readonly scene: Scene;
  readonly readings: Observation['readings'];
}

/** How often a shrinking pooler is asked. */
const pollMs = 20;
/** Long transactions are not waited for longer than this: the next rebalance takes them up. */
const deadlineMs = 2000;
const mostAttempts = 5;

/** One rebalancer lasts one term of leadership: its first step is the recovery. Runs must not overlap. */
export function createRebalancer(options: RebalanceOptions): Rebalancer {
  const consoles = createConsoles(options.poolers, options.namespace);
  const { store, database, wallMs, isLeading } = options;
  let hasRecovered = false;
  let last: Last | undefined;

  /** @returns 'conflict' when somebody else wrote: everything is read anew, for readings are older than that write */
  async function attempt(): Promise<BudgetStatus | undefined | 'conflict'> {
    const untilMs = wallMs() + deadlineMs;
    let budget = await store.read();
    const scene = await options.look(ledgerOf(budget));
    if (!isLeading()) return undefined;
    await fuse(budget);
    const evidence = await askDatabase(database, ledgerOf(budget), wallMs());
    let targets: Step['targets'] | undefined;
    for (let first = true; ; first = false) {
      const readings = await readPoolers(consoles, scene.pods);
      const nowMs = wallMs();
      const seen = { ...scene, nowMs, readings, evidence: first ? evidence : undefined };
      const isRecovery = !hasRecovered;
      const before = ledgerOf(budget);
      const ledger = isRecovery ? recover(before, nowMs) : before;
      const taken = options.step({ budget, ledger, seen, targets, isRecovery });
      const isRetiring = [...readings.values()].some((reading) => reading.isRetiring);
      const isDone = !isRecovery && taken.commands.length === 0 && !isRetiring;
      const isLast = isDone || nowMs >= untilMs;
      const status = isLast
        ? statusOf(budget, taken, { ...seen, evidence })
        : { ...budget.status, ledger: taken.ledger };
      if (!isLeading()) return undefined;
      // The first write of a term also fences off whatever an earlier leader still had in mind.
      const mustStore = isRecovery || rises(before, taken.ledger);
      if (mustStore || (isLast && !isSame(status, budget.status))) {
        const version = await store.write(budget.version, status);
        if (version === undefined) return 'conflict';
        budget = { ...budget, version, status };
      }
      await Promise.all(taken.commands.map((each) => consoles.carryOut(each, isLeading)));
      last = { budget, scene, readings };
      if (isLast) return status;
      if (!isRecovery) targets = taken.targets;
      hasRecovered = true;
      if (isShrinking(readings, taken)) await options.sleep(pollMs);
    }
  }

  /** The role may always hold what the ledger says it may. */
  async function fuse(budget: StoredBudget): Promise<void> {
    if (!budget.enforceRoleLimit) return;
    const limit = Math.max(budget.serverConnections, committed(ledgerOf(budget)) + budget.reserve);
    // Only a fuse: that it could not be set must not stop the ledger.
    await database.setRoleLimit(limit).catch(() => undefined);
  }

  /** Whether every pooler uses less of its limit than would be near it, which is cheaper to ask than all the rest. */
  async function isCalm({ scene, readings }: Last): Promise<boolean> {
    const demands = scene.pods.map(async (pod) => {
      const limit = readings.get(pod.uid)?.limit ?? 0;
      const demand = await consoles.demand(pod);
      return demand !== undefined && !isNear(demand, limit);
    });
    return (await Promise.all(demands)).every((each) => each);
  }

  return {
    run: async () => {
      for (let left = mostAttempts; left > 0; left -= 1) {
        const outcome = await attempt();
        if (outcome !== 'conflict') return outcome;
      }
      throw new Error(`the ledger was written by others ${mostAttempts} times in a row`);
    },
    need: async () => {
      if (!last) return 'short';
      if (await isCalm(last)) return 'calm';
      const { budget, scene } = last;
      const readings = await readPoolers(consoles, scene.pods);
      const seen = { ...scene, nowMs: wallMs(), readings, evidence: undefined };
      const ledger = ledgerOf(budget);
      const taken = options.step({ budget, ledger, seen, targets: undefined, isRecovery: false });
      if (taken.commands.length > 0) return 'short';
      const isAnyNear = [...readings.values()].some((each) => isNear(demandOf(each), each.limit));
      return isAnyNear ? 'near' : 'calm';
    },
    close: consoles.close,
  };
}

function isNear(demand: number, limit: number): boolean {
  return demand > limit / 2;
}

/** Whether a pooler still retires servers after the commands; one that was told to stop has nothing to wait for. */
function isShrinking(readings: Observation['readings'], { commands }: Step): boolean {
  const told = new Map(commands.map(({ uid, lifetime }) => [uid, lifetime]));
  return [...readings].some(([uid, { isRetiring }]) => isRetiring && told.get(uid) !== 'restore');
}

function ledgerOf({ status }: StoredBudget): Ledger {
  return status.ledger ?? emptyLedger;
}

/** Whatever order of fields the API server gave back. */
function isSame(a: BudgetStatus, b: BudgetStatus): boolean {
  const text = (status: BudgetStatus) => JSON.stringify(budgetStatusSchema.parse(status));
  return text(a) === text(b);
}

/**
 * Whether the next ledger leases to anybody what the stored one does not. Only that must be stored at once: while leases
 * fall, the stored ledger says too much, which is safe.
 */
function rises(before: Ledger, after: Ledger): boolean {
  const holds = new Map(entries(before));
  return entries(after).some(([key, connections]) => connections > (holds.get(key) ?? 0));
}

function entries({ leases, ghosts, profiles }: Ledger): readonly (readonly [string, number])[] {
  return [
    ...[...leases, ...ghosts].map(
      (one) => [`${one.uid} ${one.containerId}`, one.connections] as const,
    ),
    ...profiles.map(({ name, replicas }) => [`profile ${name}`, replicas] as const),
  ];
}
