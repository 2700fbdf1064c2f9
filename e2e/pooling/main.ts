/** `make test-pooling`: a trial of STEPS events from SEED, its figures, and a failure if anything was broken. */
import { runTrial } from './trial.ts';

const steps = Number(process.env.STEPS ?? 2000);
const seed = Number(process.env.SEED ?? 1);
const { events, capacity, mostSessions, refusals, load, rebalancesMs, violations } = await runTrial(
  {
    steps,
    seed,
    tell: console.log,
  },
);
const sorted = rebalancesMs.toSorted((a, b) => a - b);
const at = (part: number) => (sorted[Math.floor(part * (sorted.length - 1))] ?? 0).toFixed(0);
const overshoot = Math.max(0, mostSessions - capacity);
const happened = Object.entries(events).map(([kind, count]) => `${count} ${kind}`);
const rows: readonly (readonly [string, string | number])[] = [
  ['seed, steps', `${seed}, ${steps}`],
  ['events', happened.join(', ')],
  ['sessions at most, of', `${mostSessions}, ${capacity}`],
  ['budget overshoot', overshoot],
  ['refused by PostgreSQL (too many connections)', refusals],
  ['transactions', load.transactions],
  ['client errors by tuning', load.errors.length + load.refusals],
  ['client errors by kills and restarts', load.excusedErrors],
  ['rebalances, ms p50 / p99 / max', `${sorted.length}: ${at(0.5)} / ${at(0.99)} / ${at(1)}`],
  ['invariants broken', violations.length],
];
for (const [name, value] of rows) console.log(`${name.padEnd(46)} ${value}`);
for (const each of new Set(load.errors)) console.log(`! ${each}`);
const isBroken = violations.length + load.errors.length + load.refusals + refusals + overshoot > 0;
process.exitCode = isBroken ? 1 : 0;
