/** An operator that can be made to die between any two of its calls, and whose every word is checked as it is said. */
import type { BudgetStatus } from '../../operator/api/budget-status.ts';
import { type Budget, capacity, emptyLedger } from '../../operator/pooling/ledger.ts';
import type { Database, Pooler, PoolerReading, Poolers } from '../../operator/pooling/ports.ts';
import {
  type BudgetStore,
  createRebalancer,
  type RebalanceOptions,
  type Rebalancer,
} from '../../operator/pooling/rebalance.ts';
import { step } from '../../operator/pooling/step.ts';
import { faultsOf } from './writes.ts';

/** The stored budget, which outlives every operator. */
export interface Stored {
  readonly budget: Budget;
  version: number;
  status: BudgetStatus;
}

export interface MortalOptions {
  readonly stored: Stored;
  readonly look: RebalanceOptions['look'];
  readonly poolers: Poolers;
  readonly database: Database;
  /** Told in words what is broken. */
  readonly blame: (violation: string) => void;
}

/** What an operator does out there; between any two of these it may die. */
export type Call =
  | 'read the ledger'
  | 'write the ledger'
  | 'list pods'
  | 'ask PostgreSQL'
  | 'connect to a pooler'
  | 'read a pooler'
  | 'ask for demand'
  | 'set a limit'
  | 'set a lifetime'
  | 'wait';

/** On which side of a call it dies. */
export type When = 'before' | 'after';

export interface MortalOperator {
  readonly rebalancer: Rebalancer;
  /** Let it die at its n-th call from now, or the n-th for one purpose: before it is carried out, or after. At the infinite one: never. */
  readonly dieAt: (calls: number, when: When, purpose?: Call) => void;
  /** What its last call was for; undefined while it lives. */
  readonly diedAt: () => Call | undefined;
  /**
   * Close the connections of a dead operator once what it had said is over. The next one leads only after its lease has
   * run out, long after that.
   */
  readonly bury: () => Promise<void>;
  /** Whether it told any pooler anything since this was last asked. */
  readonly hasActed: () => boolean;
}

/** A new leader over what is stored. */
export function startOperator(options: MortalOptions): MortalOperator {
  const { stored, blame } = options;
  const readings = new Map<string, PoolerReading>();
  const inFlight = new Set<Promise<void>>();
  let death: { calls: number; readonly when: When; readonly purpose?: Call } | undefined;
  let diedAt: Call | undefined;
  let hasActed = false;
  let hasWritten = false;

  async function call<T>(name: Call, work: () => Promise<T>): Promise<T> {
    const isMeant = (death?.purpose ?? name) === name;
    const dying = death && isMeant && --death.calls <= 0 ? death.when : undefined;
    if (dying === 'before') diedAt ??= name;
    if (diedAt) throw new Error('dead');
    const result = await tracked(work());
    if (dying === 'after') diedAt ??= name;
    if (diedAt) throw new Error('dead');
    return result;
  }

  function tracked<T>(work: Promise<T>): Promise<T> {
    const running = work.then(
      () => undefined,
      () => undefined,
    );
    inFlight.add(running);
    void running.then(() => inFlight.delete(running));
    return work;
  }

  const ledger = () => stored.status.ledger ?? emptyLedger;
  const store: BudgetStore = {
    read: () =>
      call('read the ledger', async () => ({
        ...stored.budget,
        generation: 1,
        enforceRoleLimit: false,
        version: String(stored.version),
        status: structuredClone(stored.status),
      })),
    write: (version, status) =>
      call('write the ledger', async () => {
        if (version !== String(stored.version)) return undefined;
        const next = status.ledger ?? emptyLedger;
        const write = { before: ledger(), after: next, readings, isFirstOfTerm: !hasWritten };
        for (const each of faultsOf(write, capacity(stored.budget))) blame(each);
        hasWritten = true;
        stored.version += 1;
        stored.status = structuredClone(status);
        return String(stored.version);
      }),
  };
  const poolers: Poolers = {
    connect: (where) =>
      call('connect to a pooler', async () => {
        const pooler = await options.poolers.connect(where);
        return {
          read: () =>
            call('read a pooler', async () => {
              const reading = await pooler.read();
              readings.set(where.uid, reading);
              return reading;
            }),
          demand: () => call('ask for demand', pooler.demand),
          setLimit: (limit) =>
            call('set a limit', async () => {
              hasActed = true;
              const run = readings.get(where.uid)?.containerId;
              const lease = ledger().leases.find(({ uid }) => uid === where.uid);
              if (limit < 1) blame(`I3: ${where.uid} was set to ${limit}`);
              if (!lease || lease.containerId !== run || lease.connections < limit) {
                blame(`I5: ${where.uid} was set to ${limit} above its lease`);
              }
              readings.delete(where.uid); // older than the word: confirms nothing
              await pooler.setLimit(limit);
            }),
          setLifetime: (lifetime) =>
            call('set a lifetime', async () => {
              hasActed = true;
              await pooler.setLifetime(lifetime);
            }),
          close: pooler.close,
        } satisfies Pooler;
      }),
  };
  const rebalancer = createRebalancer({
    store,
    look: (seen) => call('list pods', () => options.look(seen)),
    poolers,
    database: {
      backendsOf: (addresses) =>
        call('ask PostgreSQL', () => options.database.backendsOf(addresses)),
      setRoleLimit: async () => undefined,
    },
    namespace: 'test',
    wallMs: Date.now,
    sleep: (ms) => call('wait', () => new Promise((resolve) => setTimeout(resolve, ms))),
    isLeading: () => !diedAt,
    step,
  });
  return {
    rebalancer,
    dieAt: (calls, when, purpose) => {
      death = { calls, when, ...(purpose && { purpose }) };
    },
    diedAt: () => diedAt,
    bury: async () => {
      while (inFlight.size > 0) await Promise.all(inFlight);
      rebalancer.close();
    },
    hasActed: () => {
      const answer = hasActed;
      hasActed = false;
      return answer;
    },
  };
}
