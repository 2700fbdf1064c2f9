/**
 * The operator at scale: 1,000 and 10,000 profiles, or as many as the arguments say, on a real API server without nodes and a
 * Prometheus that knows one number for each. Prints a table and writes it into docs/benchmarks.md.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { buildKube } from '../e2e/cluster/kube.ts';
import { version } from '../e2e/cluster/node-build.ts';
import { say, step, waitFor } from '../e2e/cluster/run.ts';
import { startPrometheusServer } from '../operator/testing/prometheus-server.ts';
import { startControlPlane } from './fleet/control-plane.ts';
import { measureRest } from './fleet/measure.ts';
import { type Operator, startOperator } from './fleet/operator.ts';
import {
  defineTargets,
  loadAtFirst,
  populate,
  queryOf,
  resetTargets,
  syncPeriodSeconds,
} from './fleet/population.ts';
import { type Outcome, table } from './fleet/table.ts';
import { timeWrites } from './fleet/trip.ts';
import { publish } from './publish.ts';

const asked = process.argv.slice(2).map(Number);
if (asked.some((size) => !Number.isInteger(size) || size < 1)) {
  throw new Error(`usage: bench/fleet.ts [PROFILES...], not ${process.argv.slice(2).join(' ')}`);
}
// What was started ends with this process, however it ends.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
const sizes = (asked.length > 0 ? asked : [1000, 10_000]).toSorted((a, b) => a - b);
const measuredSeconds = 60;
const jumpTimeoutSeconds = 180;

/** Every program of Kubernetes in one binary, built here unless another is given. */
const kube = process.env.KUBE_BINARY || (await buildKube(version));
const plane = await step('start a control plane', () => startControlPlane(kube));
const prometheus = await startPrometheusServer();
let members = 0;
let load = loadAtFirst;
const wobbling = setInterval(wobble, 5000);
try {
  await plane.apply('dist/operator.yaml');
  await defineTargets(plane.api);
  const outcomes: Outcome[] = [];
  for (const size of sizes) outcomes.push(await measureFleet(size));
  const markdown = table(outcomes, syncPeriodSeconds);
  say(`\n${markdown}`);
  if (asked.length === 0) await publish('fleet', markdown);
} finally {
  clearInterval(wobbling);
  await prometheus.close();
  await plane.stop();
}

async function measureFleet(profiles: number): Promise<Outcome> {
  await step(`make ${profiles - members} more profiles and their targets`, async () => {
    await resetTargets(plane.api, members);
    await populate(plane.api, members, profiles);
  });
  members = profiles;
  load = loadAtFirst;
  wobble();
  const operator = await startOperator(plane, prometheus.url);
  try {
    await step('every profile looked at', () => untilLookedAt(operator, profiles));
    await sleep(2 * syncPeriodSeconds * 1000);
    const rest = await step(`${profiles} profiles at rest for ${measuredSeconds} s`, () =>
      measureRest(plane, operator, measuredSeconds),
    );
    const writes = await step('every metric triples', () =>
      timeWrites(plane.api, profiles, jump, jumpTimeoutSeconds),
    );
    return { profiles, rest, writes };
  } finally {
    await operator.stop();
  }
}

function jump(): void {
  load = 3 * loadAtFirst;
  wobble();
}

/** Every query answers the load, give or take 3 %: real readings are never the same twice. */
function wobble(): void {
  prometheus.asked.length = 0;
  for (let index = 0; index < members; index += 1) {
    const value = load * (0.97 + 0.06 * Math.random());
    prometheus.answers.set(queryOf(index), { values: [value.toFixed(3)], agesSeconds: [2] });
  }
}

async function untilLookedAt(operator: Operator, profiles: number): Promise<void> {
  const isDone = async () => {
    const samples = await operator.samples().catch(() => undefined);
    if (!samples) return false;
    const seen = [...samples.keys()].filter((name) =>
      name.startsWith('bellwether_desired_replicas{'),
    );
    return seen.length >= profiles;
  };
  if (!(await waitFor(isDone, 600, 2000))) throw new Error('not every profile was looked at');
}
