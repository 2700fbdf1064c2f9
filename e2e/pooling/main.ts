/**
 * `make test-pooling`: the operator killed at each of its calls, then a trial of STEPS random events from SEED; the figures of both, and a failure
 * if anything was broken.
 */
import { runKills } from './kills.ts';
import type { Findings } from './stage.ts';
import { isBroken, killRows, type Row, trialRows } from './table.ts';
import { runTrial } from './trial.ts';

const steps = Number(process.env.STEPS ?? 2000);
const seed = Number(process.env.SEED ?? 1);

function print(rows: readonly Row[], { load }: Findings): void {
  for (const [name, value] of rows) console.log(`${name.padEnd(46)} ${value}`);
  for (const each of new Set(load.errors)) console.log(`! ${each}`);
}

const kills = await runKills(console.log);
print(killRows(kills), kills);
const trial = await runTrial({ steps, seed, tell: console.log });
print([['seed, steps', `${seed}, ${steps}`], ...trialRows(trial)], trial);
process.exitCode = isBroken(kills) || isBroken(trial) ? 1 : 0;
