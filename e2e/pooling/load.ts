/** The application's load, as a process of its own: clients that run one transaction after another, or arrivals at a rate. */
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { pick, type Random, seededRandom } from '../../bench/load/random.ts';
import { type Arrivals, startArrivals } from './arrivals.ts';

/** What the parent process says. */
export type LoadCommand =
  | { readonly kind: 'clients'; readonly pod: string; readonly url: string; readonly count: number }
  /** So many transactions a second, whether those before have ended or not. */
  | { readonly kind: 'rate'; readonly pod: string; readonly url: string; readonly rate: number }
  /** Errors of the pod are its own, or another's, end; from now on, or no longer. */
  | { readonly kind: 'excuse'; readonly pod: string; readonly isExcused: boolean }
  /** Finish what runs, disconnect and say so. */
  | { readonly kind: 'drain'; readonly pod: string; readonly id: number }
  | { readonly kind: 'report'; readonly id: number };

export interface LoadReport {
  readonly transactions: number;
  /** Milliseconds of each, the wait for a connection included. */
  readonly durationsMs: readonly number[];
  /** Milliseconds of each beyond what it takes by itself: mostly the wait for a connection. */
  readonly waitsMs: readonly number[];
  /** What clients were told instead of an answer while nothing excused it. */
  readonly errors: readonly string[];
  readonly excusedErrors: number;
  /** `too many connections`, which nothing excuses. */
  readonly refusals: number;
}

export interface LoadAnswer {
  readonly id: number;
  readonly report: LoadReport;
}

interface PodLoad {
  count: number;
  arrivals: Arrivals | undefined;
  /** Failures under way that explain errors. */
  excuses: number;
  readonly running: Set<Promise<void>>;
}

/** The share of transactions that are long, and how many times 45 ms the others take on average. */
const [longShare = 0, slowness = 1] = process.argv.slice(2).map(Number);
const pods = new Map<string, PodLoad>();
const errors: string[] = [];
const durationsMs: number[] = [];
const waitsMs: number[] = [];
let excusedErrors = 0;
let refusals = 0;

process.on('message', (command: LoadCommand) => {
  if (command.kind === 'clients') adapt(command.pod, command.url, command.count);
  if (command.kind === 'rate') arrive(command.pod, command.url, command.rate);
  if (command.kind === 'excuse') podOf(command.pod).excuses += command.isExcused ? 1 : -1;
  if (command.kind === 'drain') void drain(command.pod).then(() => answer(command.id));
  if (command.kind === 'report') answer(command.id);
});
process.on('disconnect', () => process.exit());

function answer(id: number): void {
  const report: LoadReport = {
    transactions: durationsMs.length,
    durationsMs,
    waitsMs,
    errors,
    excusedErrors,
    refusals,
  };
  process.send?.({ id, report } satisfies LoadAnswer);
}

function podOf(name: string): PodLoad {
  const pod = pods.get(name) ?? { count: 0, arrivals: undefined, excuses: 0, running: new Set() };
  pods.set(name, pod);
  return pod;
}

/** Clients above the new count end after their transaction. */
function adapt(name: string, url: string, count: number): void {
  const pod = podOf(name);
  pod.count = count;
  for (let index = pod.running.size; index < count; index++) {
    const run = work(name, pod, index, url).finally(() => pod.running.delete(run));
    pod.running.add(run);
  }
}

async function drain(name: string): Promise<void> {
  const pod = podOf(name);
  pod.count = 0;
  await Promise.all([...pod.running, pod.arrivals?.end()]);
  pods.delete(name);
}

async function work(name: string, pod: PodLoad, index: number, url: string): Promise<void> {
  const random = seededRandom(index + 1);
  while (index < pod.count) {
    const client = new pg.Client({ connectionString: url });
    client.on('error', () => {}); // the query that it breaks, or the next one, rejects
    try {
      await client.connect();
      while (index < pod.count) {
        await measured(() => transact(client, random));
      }
    } catch (error) {
      note(name, pod, String(error));
      await sleep(100);
    }
    await client.end().catch(() => {});
  }
}

function note(name: string, pod: PodLoad, error: string): void {
  if (/too many (connections|clients)/.test(error)) refusals += 1;
  else if (pod.excuses > 0) excusedErrors += 1;
  else errors.push(`${name}: ${error}`);
}

function arrive(name: string, url: string, rate: number): void {
  const pod = podOf(name);
  pod.arrivals ??= startArrivals(url, pods.size, {
    serve: (pool, random) =>
      measured(async () => {
        const client = await pool.connect();
        try {
          return await transact(client, random);
        } finally {
          client.release();
        }
      }),
    fail: (error) => note(name, pod, String(error)),
  });
  pod.arrivals.setRate(rate);
}

/** @param work resolves to the milliseconds that it takes by itself */
async function measured(work: () => Promise<number>): Promise<void> {
  const startMs = performance.now();
  const ownMs = await work();
  const durationMs = performance.now() - startMs;
  durationsMs.push(durationMs);
  waitsMs.push(durationMs - ownMs);
}

/** Mostly short; some hold their connection across statements for up to 1.5 s. */
async function transact(client: pg.ClientBase, random: Random): Promise<number> {
  if (random() >= longShare) {
    const seconds = slowness * pick(random, [0.01, 0.02, 0.05, 0.1]);
    await client.query('select pg_sleep($1)', [seconds]);
    return 1000 * seconds;
  }
  const seconds = pick(random, [0.2, 0.5, 1.5]);
  await client.query('begin');
  await client.query('select pg_sleep($1)', [seconds]);
  await client.query('commit');
  return 1000 * seconds;
}
