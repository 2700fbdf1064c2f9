/** One budget while this operator leads: its rebalances, and between two of them the raises that they granted. */
import type { ConnectionBudget } from '../api/budget.ts';
import type { BudgetStatus } from '../api/budget-status.ts';
import type { Key } from '../kubernetes/collection.ts';
import { messageOf } from '../message.ts';
import { limitedProfiles } from '../pooling/capacity.ts';
import { capacity, emptyLedger } from '../pooling/ledger.ts';
import type { PodSeen } from '../pooling/observation.ts';
import type { Scene } from '../pooling/observe.ts';
import type { Poolers } from '../pooling/ports.ts';
import { type BudgetStore, createRebalancer, type Need } from '../pooling/rebalance.ts';
import { step } from '../pooling/step.ts';
import type { Grant } from '../scaling/budget.ts';
import type { BudgetDatabase } from './database.ts';
import type { Gauges } from './gauges.ts';
import type { Look } from './look.ts';
import { createRaises, type Write } from './raises.ts';

export interface KeeperOptions {
  readonly key: Key;
  /** As it was last seen. */
  readonly spec: () => ConnectionBudget['spec'];
  /** As it was stored when this operator first saw it; undefined: not to be read. */
  readonly status: BudgetStatus | undefined;
  readonly store: BudgetStore;
  readonly poolers: Poolers;
  /** Have poolers read changed files again. Never throws. */
  readonly renew: (pods: readonly PodSeen[]) => Promise<void>;
  readonly database: BudgetDatabase;
  readonly gauges: Gauges;
  /** @param wanted what scaling wants of a profile; undefined: what it has */
  readonly createLook: (wanted: (profile: string) => number | undefined) => Look;
  readonly wallMs: () => number;
  readonly sleep: (ms: number) => Promise<void>;
  readonly isLeading: () => boolean;
  /** Have `run` called soon. */
  readonly ring: () => void;
}

export interface Keeper {
  /**
   * One rebalance, and then the raises that waited for it: none is written while limits move, and none on the word of
   * an older rebalance.
   *
   * @returns whether anything depends on this budget
   * @throws what the rebalance throws; the raises were held where they are
   */
  readonly run: () => Promise<boolean>;
  /** How much a rebalance is needed. Not while `run` is under way. */
  readonly need: () => Promise<Need>;
  /** As the last rebalance saw them. */
  readonly pods: () => number;
  /** Note what scaling wants of a profile, and let `write` raise it after the next rebalance. */
  readonly raise: <T>(profile: string, wanted: number, write: Write<T>) => Promise<T>;
  /** Note what scaling wants of a profile that it does not raise; undefined: whatever it has. */
  readonly want: (profile: string, wanted: number | undefined) => void;
  readonly grantOf: (profile: string) => Grant;
  /** Why the last rebalance failed, for people. */
  readonly problem: () => string | undefined;
  /** Whether clients wait and the budget is spent. */
  readonly isSaturated: () => boolean;
  /** End it for good: who waits is held. */
  readonly close: (why: string) => void;
}

export function createKeeper(options: KeeperOptions): Keeper {
  const { key, spec, gauges, store, poolers, database, wallMs, sleep, isLeading } = options;
  const title = `ConnectionBudget ${key.name}`;
  const raises = createRaises(options.ring);
  const wanted = new Map<string, number>();
  const look = options.createLook((profile) => wanted.get(profile));
  let { status } = options;
  let looked: Scene = { profiles: [], pods: [] };
  let problem: string | undefined;
  let isClosed: string | undefined;

  const rebalancer = createRebalancer({
    ...{ store, poolers, database, wallMs, sleep, isLeading },
    namespace: key.namespace,
    look: async (ledger) => {
      looked = await look(ledger);
      return looked;
    },
    step: (input) => {
      const taken = step(input);
      if (isClosed === undefined) gauges.show(input.budget, taken.ledger, input.seen);
      return taken;
    },
  });

  function grantOf(profile: string): Grant {
    const { serverConnections, reserve } = spec();
    const ledger = status?.ledger ?? emptyLedger;
    const seen = looked.profiles.find(({ name }) => name === profile);
    const share = ledger.profiles.find(({ name }) => name === profile);
    if (!seen || !share) {
      return held(`${title} has not looked at this profile yet: nothing is raised`);
    }
    const [limited] = limitedProfiles(spec(), ledger, [seen]);
    const granted = limited?.message ?? `${share.replicas} replicas have their floors`;
    const replicas = Math.floor(capacity(spec()) / seen.floor);
    const carried =
      `at most ${replicas} replicas with a floor of ${seen.floor}: ` +
      `it has ${serverConnections} connections, ${reserve} of them in reserve`;
    return {
      granted: { replicas: share.replicas, message: `${title}: ${granted}` },
      carried: { replicas, message: `${title} carries ${carried}` },
    };
  }

  async function rebalance(): Promise<boolean> {
    try {
      const stored = await rebalancer.run();
      if (stored) status = stored;
      return stored !== undefined;
    } finally {
      // Closed meanwhile, it may have opened connections since.
      if (isClosed !== undefined) disconnect();
    }
  }

  function disconnect(): void {
    rebalancer.close();
    database.close();
  }

  return {
    run: async () => {
      const waiting = raises.take();
      try {
        const isDone = await rebalance();
        problem = undefined;
        if (!isDone) {
          const lost = new Error('the lease was lost before the raise was granted');
          for (const raise of waiting) raise.refuse(lost);
          return true;
        }
      } catch (error) {
        problem = `${title}: ${messageOf(error)}`;
        const hold = held(`${problem}; nothing is raised`);
        await Promise.all(waiting.map((raise) => raise.carryOut(hold)));
        throw error;
      }
      await Promise.all(waiting.map((raise) => raise.carryOut(grantOf(raise.profile))));
      await options.renew(looked.pods);
      const { leases, ghosts } = status?.ledger ?? emptyLedger;
      return looked.profiles.length + leases.length + ghosts.length > 0;
    },
    need: rebalancer.need,
    pods: () => looked.pods.length,
    raise: (profile, replicas, write) => {
      if (isClosed !== undefined) return write(held(isClosed));
      wanted.set(profile, replicas);
      return raises.add(profile, write);
    },
    want: (profile, replicas) => {
      if (replicas === undefined) wanted.delete(profile);
      else wanted.set(profile, replicas);
      if (!looked.profiles.some(({ name }) => name === profile)) options.ring();
    },
    grantOf,
    problem: () => problem,
    isSaturated: () =>
      status?.conditions?.some((each) => each.type === 'Saturated' && each.status === 'True') ??
      false,
    close: (why) => {
      isClosed = why;
      for (const raise of raises.take()) raise.carryOut(held(why));
      disconnect();
      gauges.clear();
    },
  };
}

/** Nothing rises. */
export function held(message: string): Grant {
  return { granted: { replicas: 0, message }, carried: undefined };
}
