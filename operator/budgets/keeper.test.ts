/** Raises and falls of several profiles at once against one keeper, in any order of all that is asked and answered. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { BudgetStatus } from '../api/budget-status.ts';
import type { BudgetStore } from '../pooling/rebalance.ts';
import { createKeeper } from './keeper.ts';

const names = ['a', 'b', 'c'];
const floor = 3;
const surge = 1;
/** What pods may share. */
const shared = 36;
const spec = {
  serverConnections: 40,
  reserve: 4,
  database: { secretRef: { name: 'operator-database', key: 'url' } },
  enforceRoleLimit: false,
};

/** A pass over one profile: what it decides on. */
interface Pass {
  readonly name: string;
  readonly desired: number;
}

/** @param delay takes its time over a call and then answers */
function start(delay: <T>(label: string, call: () => T) => Promise<T>) {
  const asked = new Map(names.map((name) => [name, 1]));
  const stored: { version: number; status: BudgetStatus } = { version: 1, status: {} };
  let isRung = false;
  /** Calls of a rebalance that are under way: one always is, from its first to its last. */
  let underWay = 0;
  const during = async <T>(label: string, call: () => T): Promise<T> => {
    underWay += 1;
    return delay(label, call).finally(() => {
      underWay -= 1;
    });
  };
  const store: BudgetStore = {
    read: () =>
      during('read', () => {
        const { status } = stored;
        return { ...spec, generation: 1, version: String(stored.version), status };
      }),
    write: (version, status) =>
      during('write', () => {
        if (version !== String(stored.version)) return undefined;
        stored.version += 1;
        stored.status = status;
        return String(stored.version);
      }),
  };
  const keeper = createKeeper({
    key: { namespace: 'lms', name: 'postgres' },
    spec: () => spec,
    status: undefined,
    store,
    poolers: { connect: () => Promise.reject(new Error('there are no pods')) },
    renew: async () => {},
    database: { backendsOf: async () => [], setRoleLimit: async () => {}, close: () => {} },
    gauges: { show: () => {}, clear: () => {} },
    createLook: (wanted) => () =>
      during('look', () => ({
        profiles: names.map((name) => {
          const askedReplicas = asked.get(name) ?? 0;
          const wantedReplicas = wanted(name) ?? askedReplicas;
          return { name, floor, weight: 1, surge, askedReplicas, wantedReplicas };
        }),
        pods: [],
      })),
    wallMs: () => 0,
    sleep: async () => {},
    isLeading: () => true,
    ring: () => {
      isRung = true;
    },
  });

  function write(name: string, replicas: number): void {
    const share = stored.status.ledger?.profiles.find((each) => each.name === name);
    expect(underWay).toBe(0);
    expect(replicas).toBeLessThanOrEqual(share?.replicas ?? 0);
    asked.set(name, replicas);
    const pods = [...asked.values()].reduce((sum, count) => sum + count, 0);
    expect((pods + names.length * surge) * floor).toBeLessThanOrEqual(shared);
  }

  return {
    asked,
    pass: async ({ name, desired }: Pass) => {
      const current = asked.get(name) ?? 0;
      if (desired <= current) {
        keeper.want(name, desired);
        asked.set(name, Math.min(desired, asked.get(name) ?? 0));
        return;
      }
      await keeper.raise(name, desired, async ({ granted }) => {
        const replicas = Math.min(desired, Math.max(current, granted?.replicas ?? 0));
        // As the API server refuses a version that is not the last.
        await delay('scale', () => {
          if (asked.get(name) === current && replicas > current) write(name, replicas);
        });
      });
    },
    /** As the loop: one run after the other, while anybody rings. */
    keep: async (isOver: () => boolean) => {
      while (!isOver() || isRung) {
        isRung = false;
        await keeper.run();
        await delay('period', () => {});
      }
    },
  };
}

const passes = fc.array(
  fc.record({ name: fc.constantFrom(...names), desired: fc.integer({ min: 0, max: 20 }) }),
  { minLength: 1, maxLength: 12 },
);

test('every raise is written between two rebalances, within the ledger, and none waits for ever', async () => {
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), passes, async (scheduler, planned) => {
      const delay = <T>(label: string, call: () => T) =>
        scheduler.schedule(Promise.resolve(), label).then(call);
      const { pass, keep } = start(delay);
      let isOver = false;
      // Passes of one profile come one after the other, those of several at once.
      const all = names.map(async (name) => {
        for (const each of planned.filter((one) => one.name === name)) await pass(each);
      });
      const ended = Promise.all(all).then(() => {
        isOver = true;
      });
      await scheduler.waitFor(Promise.all([ended, keep(() => isOver)]));
    }),
    { numRuns: 100 },
  );
});

test('profiles that raise at once get the same where they weigh the same', async () => {
  const { asked, pass, keep } = start(async (_, call) => call());
  let isOver = false;
  const ended = Promise.all(names.map((name) => pass({ name, desired: 20 }))).then(() => {
    isOver = true;
  });
  await Promise.all([ended, keep(() => isOver)]);
  // 12 floors, 3 of them for surges.
  expect([...asked.values()]).toEqual([3, 3, 3]);
});
