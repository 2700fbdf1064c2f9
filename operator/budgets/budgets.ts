/** Connection budgets while this operator leads: a rebalance of each every two seconds, and at once when one is needed. */
import { budgetsPath, createBudgetStore } from '../kubernetes/budgets.ts';
import type { Client } from '../kubernetes/client.ts';
import { followCollection, idOf, type Key } from '../kubernetes/collection.ts';
import type { StoredProfile } from '../kubernetes/profiles.ts';
import type { Secrets } from '../kubernetes/secrets.ts';
import type { Targets } from '../kubernetes/target.ts';
import type { Log } from '../log.ts';
import { createLoop, type Next } from '../loop.ts';
import type { Metrics } from '../metrics.ts';
import type { Poolers } from '../pooling/ports.ts';
import type { BootFloors } from '../sidecars/boot-floors.ts';
import { pgbouncerContainer } from '../sidecars/names.ts';
import type { Renewals } from '../sidecars/renewals.ts';
import type { Timing } from '../timing.ts';
import { type Account, accountOf, type Open } from './account.ts';
import { createBudgetDatabase, type OpenDatabase } from './database.ts';
import { createGauges } from './gauges.ts';
import { createKeeper } from './keeper.ts';
import { createLook } from './look.ts';
import type { Listed } from './members.ts';
import { pooledOf } from './pooled.ts';
import { createRegister, type Register, type RegisterOptions } from './register.ts';

export interface BudgetsOptions {
  readonly client: Client;
  readonly targets: Pick<Targets, 'get'>;
  readonly secrets: Pick<Secrets, 'get'>;
  readonly poolers: Poolers;
  readonly renewals: Pick<Renewals, 'run'>;
  readonly bootFloors: Pick<BootFloors, 'of'>;
  readonly openDatabase: OpenDatabase;
  readonly metrics: Metrics;
  readonly log: Log;
  readonly isLeading: () => boolean;
  readonly timing: Timing;
  /** The only namespace that is watched; undefined: all. */
  readonly namespace: string | undefined;
}

interface RunOptions {
  /** Those of a namespace, as the operator knows them. */
  readonly profiles: (namespace: string) => readonly Listed[];
  /** Resolves when these are all there are: a pod that no profile claims is taken for gone. */
  readonly listed: Promise<void>;
  readonly signal: AbortSignal;
}

export interface Budgets {
  /** @returns undefined for a profile without poolers */
  readonly accountOf: (stored: StoredProfile) => Account | undefined;
  /** Keep every budget until the options' signal aborts; before and after nothing is raised. */
  readonly run: (options: RunOptions) => Promise<void>;
}

const periodMs = 2000;
/**
 * Meanwhile poolers are asked whether one is short, as often as takes a few percent of a core, and less often while none
 * is near its limit.
 */
const peekMs = { near: 100, calm: 500, eachPod: 10 };
/** Of a budget that nobody uses. */
const idleMs = 60_000;
/** A rebalance mostly waits for poolers. */
const budgetsAtOnce = 64;
/** Longer than a console or PostgreSQL needs under load, shorter than a rebalance may take. */
const answerMs = 1000;

export function createBudgets(options: BudgetsOptions): Budgets {
  let open: Open | undefined;
  return {
    accountOf: (stored) => {
      const pooled = pooledOf(stored);
      return pooled && accountOf(stored, pooled.budget, () => open);
    },
    run: async (running) => {
      await running.listed;
      if (running.signal.aborted) return;
      const { promise: ready, resolve: onReady } = Promise.withResolvers<void>();
      const dueMs = new Map<string, number>(); // by id, until when it is enough to ask
      const loop = createLoop({
        pass: (key) => rebalance(options, register, dueMs, key),
        concurrency: budgetsAtOnce,
        timing: options.timing,
        onStart: () => {},
        onFailure: (budget, error, delayMs) =>
          options.log.warn({ budget, error, retryInMs: Math.round(delayMs) }, 'rebalance failed'),
      });
      const ring = (key: Key) => {
        dueMs.delete(idOf(key));
        loop.ring(key);
      };
      const register = createRegister({
        createKeeper: keeperMaker(options, running.profiles, ring),
        onChange: ring,
        onReady,
        onTrouble: (error) => options.log.warn({ error }, 'watch failed'),
      });
      open = { register, ready };
      const { sleep, random } = options.timing;
      const path = budgetsPath(options.namespace);
      const { signal } = running;
      await followCollection(options.client, register.follower, { path, signal, sleep, random });
      onReady();
      await loop.stop();
      open = undefined;
      register.close();
    },
  };
}

async function rebalance(
  { metrics, timing }: BudgetsOptions,
  register: Register,
  dueMs: Map<string, number>,
  key: Key,
): Promise<Next> {
  const keeper = register.keeperOf(key);
  if (!keeper) return 'never';
  const startedMs = timing.monotonicMs();
  const peek = (every: number) => ({ afterMs: Math.max(every, peekMs.eachPod * keeper.pods()) });
  if (startedMs < (dueMs.get(idOf(key)) ?? 0)) {
    const need = await keeper.need();
    if (need !== 'short') return peek(peekMs[need]);
  }
  dueMs.set(idOf(key), startedMs + periodMs); // before it runs: a ring meanwhile asks for another
  let outcome = 'failed';
  try {
    const isUsed = await keeper.run();
    outcome = 'done';
    if (!isUsed) return { afterMs: idleMs };
    return peek(peekMs.near);
  } finally {
    if (outcome === 'failed') dueMs.delete(idOf(key));
    metrics.rebalanceSeconds.observe({ outcome }, (timing.monotonicMs() - startedMs) / 1000);
  }
}

function keeperMaker(
  options: BudgetsOptions,
  profiles: RunOptions['profiles'],
  ring: (key: Key) => void,
): RegisterOptions['createKeeper'] {
  const { client, targets, secrets, poolers, metrics, log, isLeading, timing } = options;
  const { wallMs } = timing;
  const never = new AbortController().signal;
  return (key, spec, status) =>
    createKeeper({
      key,
      spec,
      status,
      store: createBudgetStore(client, key),
      poolers,
      renew: (pods) => options.renewals.run(key.namespace, pods),
      database: createBudgetDatabase({
        spec: () => spec().database,
        readUrl: (secret) => readUrl(secrets, key.namespace, secret),
        open: options.openDatabase,
        timeoutMs: answerMs,
        wallMs,
        onTrouble: (error) => log.warn({ budget: key, error }, 'PostgreSQL not asked'),
      }),
      gauges: createGauges(metrics, key),
      createLook: (wanted) =>
        createLook({
          client,
          targets,
          profiles,
          budget: key,
          spec,
          wanted,
          bootFloor: (name, floor) => options.bootFloors.of({ ...key, name }, floor),
          container: pgbouncerContainer,
        }),
      wallMs,
      sleep: (ms) => timing.sleep(ms, never),
      isLeading,
      ring: () => ring(key),
    });
}

async function readUrl(
  secrets: Pick<Secrets, 'get'>,
  namespace: string,
  { name, key }: { readonly name: string; readonly key: string },
): Promise<string> {
  const url = (await secrets.get({ namespace, name }))?.data[key];
  if (url === undefined) throw new Error(`spec.database: Secret ${name} has no key ${key}`);
  return url;
}
