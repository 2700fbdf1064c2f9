/** The budgets that there are, each with its keeper, as a watch tells them. */
import { z } from 'zod';
import { type ConnectionBudget, parseBudget } from '../api/budget.ts';
import { type BudgetStatus, budgetStatusSchema } from '../api/budget-status.ts';
import { type Follower, idOf, type Key } from '../kubernetes/collection.ts';
import { messageOf } from '../message.ts';
import type { Keeper } from './keeper.ts';

type Spec = ConnectionBudget['spec'];

interface Entry {
  readonly uid: string;
  readonly generation: number;
  /** Why it is invalid, for people. */
  readonly fault: string | undefined;
  /** Since it first was valid. */
  readonly kept: Kept | undefined;
}

interface Kept {
  /** The last that was valid. */
  readonly current: { spec: Spec };
  readonly keeper: Keeper;
}

export interface RegisterOptions {
  /** @param spec as it is at any time; @param status as it is stored now, if that can be read */
  readonly createKeeper: (key: Key, spec: () => Spec, status: BudgetStatus | undefined) => Keeper;
  /** Made, or its spec changed, or gone. */
  readonly onChange: (key: Key) => void;
  /** After the first list, and after each trouble. */
  readonly onReady: () => void;
  readonly onTrouble: (error: unknown) => void;
}

export interface Register {
  readonly keeperOf: (key: Key) => Keeper | undefined;
  /** Why a budget is of no use to anybody, for people. */
  readonly problemOf: (key: Key) => string | undefined;
  readonly follower: Follower;
  /** Close every keeper. */
  readonly close: () => void;
}

export function createRegister(options: RegisterOptions): Register {
  const entries = new Map<string, Entry>();
  let isListed = false;
  let trouble: string | undefined;

  function put(key: Key, object: unknown): void {
    const { uid, generation } = identityOf(object);
    const before = entries.get(idOf(key));
    if (before?.uid === uid && before.generation === generation) return;
    const parsed = parseBudget(object);
    const isSame = before?.uid === uid;
    if (!isSame) before?.kept?.keeper.close(missing(key));
    const fault = parsed.ok ? undefined : parsed.problems.join('; ');
    const spec = parsed.ok ? parsed.budget.spec : undefined;
    const kept = isSame ? before.kept : undefined;
    if (kept && spec) kept.current.spec = spec;
    entries.set(idOf(key), { uid, generation, fault, kept: kept ?? keep(key, spec, object) });
    options.onChange(key);
  }

  function keep(key: Key, spec: Spec | undefined, object: unknown): Kept | undefined {
    if (!spec) return undefined;
    const current = { spec };
    const keeper = options.createKeeper(key, () => current.spec, statusOf(object));
    return { current, keeper };
  }

  function remove(key: Key): void {
    entries.get(idOf(key))?.kept?.keeper.close(missing(key));
    entries.delete(idOf(key));
    options.onChange(key);
  }

  return {
    keeperOf: (key) => entries.get(idOf(key))?.kept?.keeper,
    problemOf: (key) => {
      const entry = entries.get(idOf(key));
      if (entry?.fault !== undefined) return `ConnectionBudget ${key.name}: ${entry.fault}`;
      if (entry) return entry.kept?.keeper.problem();
      if (isListed) return missing(key);
      return trouble === undefined ? undefined : `ConnectionBudgets cannot be listed: ${trouble}`;
    },
    follower: {
      onObject: put,
      onDelete: remove,
      onListed: () => {
        isListed = true;
        options.onReady();
      },
      onTrouble: (error) => {
        trouble = messageOf(error);
        options.onTrouble(error);
        options.onReady();
      },
    },
    close: () => {
      for (const { kept } of entries.values()) kept?.keeper.close('the operator stops leading');
      entries.clear();
    },
  };
}

const identity = z.object({ metadata: z.object({ uid: z.string(), generation: z.int() }) });

function identityOf(object: unknown): z.output<typeof identity>['metadata'] {
  return identity.parse(object).metadata;
}

const stored = z.object({ status: budgetStatusSchema.optional() });

/** A status that cannot be read is an error of each rebalance, not of the watch. */
function statusOf(object: unknown): BudgetStatus | undefined {
  const parsed = stored.safeParse(object);
  return parsed.success ? parsed.data.status : undefined;
}

function missing({ namespace, name }: Key): string {
  return `there is no ConnectionBudget ${name} in namespace ${namespace}`;
}
