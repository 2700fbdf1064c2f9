/** An operator that can be made to die between any two of its calls, and whose every word is checked as it is said. */
import type { BudgetStatus, Ledger } from '../../operator/api/budget-status.ts';
import { type Budget, emptyLedger, held } from '../../operator/pooling/ledger.ts';
import type { Database, Pooler, PoolerReading, Poolers } from '../../operator/pooling/ports.ts';
import {
  type BudgetStore,
  createRebalancer,
  type RebalanceOptions,
  type Rebalancer,
} from '../../operator/pooling/rebalance.ts';
import { step } from '../../operator/pooling/step.ts';

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

export interface MortalOperator {
  readonly rebalancer: Rebalancer;
  /** Let it die at its n-th call from now: before the call is carried out, or after. */
  readonly dieAt: (calls: number, when: 'before' | 'after') => void;
  readonly isDead: () => boolean;
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
  let death: { calls: number; readonly when: 'before' | 'after' } | undefined;
  let isDead = false;
  let hasActed = false;
  let hasWritten = false;

  async function call<T>(work: () => Promise<T>): Promise<T> {
    const dying = death && --death.calls <= 0 ? death.when : undefined;
    if (dying === 'before') isDead = true;
    if (isDead) throw new Error('dead');
    const result = await tracked(work());
    if (dying === 'after') isDead = true;
    if (isDead) throw new Error('dead');
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
      call(async () => ({
        ...stored.budget,
        generation: 1,
        enforceRoleLimit: false,
        version: String(stored.version),
        status: structuredClone(stored.status),
      })),
    write: (version, status) =>
      call(async () => {
        if (version !== String(stored.version)) return undefined;
        const next = status.ledger ?? emptyLedger;
        for (const each of fallen(ledger(), next, readings, !hasWritten)) blame(each);
        hasWritten = true;
        stored.version += 1;
        stored.status = structuredClone(status);
        const most = stored.budget.serverConnections - stored.budget.reserve;
        if (held(next) > most) {
          blame(`I1: ${held(next)} of ${most} connections are leased: ${holdings(next)}`);
        }
        return String(stored.version);
      }),
  };
  const poolers: Poolers = {
    connect: (where) =>
      call(async () => {
        const pooler = await options.poolers.connect(where);
        return {
          read: () =>
            call(async () => {
              const reading = await pooler.read();
              readings.set(where.uid, reading);
              return reading;
            }),
          demand: () => call(pooler.demand),
          setLimit: (limit) =>
            call(async () => {
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
            call(async () => {
              hasActed = true;
              await pooler.setLifetime(lifetime);
            }),
          close: pooler.close,
        } satisfies Pooler;
      }),
  };
  const rebalancer = createRebalancer({
    store,
    look: (seen) => call(() => options.look(seen)),
    poolers,
    database: {
      backendsOf: (addresses) => call(() => options.database.backendsOf(addresses)),
      setRoleLimit: async () => undefined,
    },
    namespace: 'test',
    wallMs: Date.now,
    sleep: (ms) => call(() => new Promise((resolve) => setTimeout(resolve, ms))),
    isLeading: () => !isDead,
    step,
  });
  return {
    rebalancer,
    dieAt: (calls, when) => {
      death = { calls, when };
    },
    isDead: () => isDead,
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

/** Who holds what, for whoever has to find out how it came to that. */
function holdings({ leases, ghosts, profiles }: Ledger): string {
  return [
    ...leases.map((one) => `${one.uid} ${one.containerId} ${one.state} ${one.connections}`),
    ...ghosts.map((one) => `${one.uid} ${one.containerId} ${one.reason} ${one.connections}`),
    ...profiles.map(({ name, replicas }) => `${replicas} replicas of ${name}`),
  ].join(', ');
}

/** I4, I6 and I7: leases that fall without a reading that confirms it or in the first write of a leader, or end without a ghost. */
function fallen(
  before: Ledger,
  after: Ledger,
  readings: ReadonlyMap<string, PoolerReading>,
  isFirstOfTerm: boolean,
): readonly string[] {
  const next = new Map(after.leases.map((lease) => [lease.uid, lease]));
  return before.leases.flatMap(({ uid, containerId, connections }) => {
    const lease = next.get(uid);
    const isSame = lease !== undefined && (containerId === '' || lease.containerId === containerId);
    if (!isSame) {
      const ended = after.ghosts.find((one) => one.uid === uid && one.containerId === containerId);
      const left = ended?.connections ?? 0;
      return left >= connections ? [] : [`I7: ${uid}, ${containerId}, left ${left} of its lease`];
    }
    if (lease.connections >= connections) return [];
    if (isFirstOfTerm) return [`I6: the lease of ${uid} fell in a recovery`];
    const reading = readings.get(uid);
    const isConfirmed =
      reading?.containerId === containerId &&
      Math.max(reading.limit, reading.current) <= lease.connections;
    return isConfirmed ? [] : [`I4, I7: the lease of ${uid} fell to ${lease.connections} unseen`];
  });
}
