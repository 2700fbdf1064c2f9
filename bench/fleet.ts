/**
 * The operator at scale: 1,000 and 10,000 profiles, or as many as the arguments say, of each strategy, on a real API server
 * without nodes and a Prometheus that knows one number for each, and its past. Prints a table and writes it into docs/benchmarks.md.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { buildKube } from '../e2e/cluster/kube.ts';
import { version } from '../e2e/cluster/node-build.ts';
import { say, step } from '../e2e/cluster/run.ts';
import { startControlPlane } from './fleet/control-plane.ts';
import { startLoad } from './fleet/load.ts';
import { failuresIn, measureRest } from './fleet/measure.ts';
import { startOperator } from './fleet/operator.ts';
import {
  defineTargets,
  populate,
  type Strategy,
  strategies,
  syncPeriodSeconds,
} from './fleet/population.ts';
import { measureStart } from './fleet/start.ts';
import { type Outcome, table } from './fleet/table.ts';
import { timeWrites } from './fleet/trip.ts';
import { publish } from './publish.ts';

const { sizes, chosen } = readArguments(process.argv.slice(2));
// What was started ends with this process, however it ends.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
const measuredSeconds = 60;
const jumpTimeoutSeconds = 180;

/** Every program of Kubernetes in one binary, built here unless another is given. */
const kube = process.env.KUBE_BINARY || (await buildKube(version));
const outcomes: Outcome[] = [];
for (const profiles of sizes) {
  for (const strategy of chosen) outcomes.push(await measureFleet(profiles, strategy));
}
const markdown = table(outcomes, syncPeriodSeconds);
say(`\n${markdown}`);
if (process.argv.length === 2) await publish('fleet', markdown);

/** On a control plane of its own: no status and no version is left of another fleet. */
async function measureFleet(profiles: number, strategy: Strategy): Promise<Outcome> {
  const plane = await step('start a control plane', () => startControlPlane(kube));
  const load = await startLoad(profiles);
  try {
    await plane.apply('dist/operator.yaml');
    await defineTargets(plane.client);
    await step(`make ${profiles} targets, and profiles of strategy ${strategy}`, () =>
      populate(plane.client, profiles, strategy),
    );
    const operator = await startOperator(plane, load.url);
    try {
      const start = await step('every profile looked at and reported', () =>
        measureStart(operator, profiles, strategy),
      );
      await sleep(2 * syncPeriodSeconds * 1000);
      const rest = await step(`${profiles} profiles at rest for ${measuredSeconds} s`, () =>
        measureRest(plane, operator, measuredSeconds),
      );
      const writes = await step('every metric triples', () =>
        timeWrites(plane.client, profiles, load.triple, jumpTimeoutSeconds),
      );
      const failures = failuresIn(await operator.samples());
      const residentBytes = operator.highestResidentBytes();
      return { profiles, strategy, start, rest, residentBytes, failures, writes };
    } finally {
      await operator.stop();
    }
  } finally {
    await load.stop();
    await plane.stop();
  }
}

function readArguments(given: readonly string[]) {
  const isStrategy = (text: string) => strategies.some((strategy) => strategy === text);
  const numbers = given.filter((text) => !isStrategy(text)).map(Number);
  if (numbers.some((size) => !Number.isInteger(size) || size < 1)) {
    throw new Error(
      `usage: bench/fleet.ts [PROFILES | ${strategies.join(' | ')}]..., not ${given.join(' ')}`,
    );
  }
  const named = strategies.filter((strategy) => given.includes(strategy));
  return {
    sizes: (numbers.length > 0 ? numbers : [1000, 10_000]).toSorted((a, b) => a - b),
    chosen: named.length > 0 ? named : strategies,
  };
}
