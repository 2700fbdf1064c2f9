/**
 * The operator at scale: 1,000 and 10,000 profiles (or as many as the arguments say) on a real API server without nodes, and a
 * Prometheus that knows one number for each. Prints a table and writes it into docs/benchmarks.md.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { buildKube } from '../e2e/cluster/kube.ts';
import { version } from '../e2e/cluster/node-build.ts';
import { step, waitFor } from '../e2e/cluster/run.ts';
import { startPrometheusServer } from '../operator/testing/prometheus-server.ts';
import { startControlPlane } from './fleet/control-plane.ts';
import { type Operator, startOperator } from './fleet/operator.ts';
import {
  defineTargets,
  loadAtFirst,
  populate,
  queryOf,
  syncPeriodSeconds,
} from './fleet/population.ts';
import { increase, quantileBetween, total } from './fleet/samples.ts';
import { timeWrites } from './fleet/trip.ts';

const sizes = process.argv.length > 2 ? process.argv.slice(2).map(Number) : [1000, 10_000];
const measuredSeconds = 60;
const tripTimeoutSeconds = 120;

const kube = process.env.KUBE_BINARY ?? (await buildKube(version));
const plane = await step('start a control plane', () => startControlPlane(kube));
const prometheus = await startPrometheusServer();
const wobbling = setInterval(() => setLoads(loadAtFirst), 5000);
let members = 0;
try {
  await plane.apply('dist/operator.yaml');
  await defineTargets(plane.api);
  for (const size of sizes) {
    await step(`make ${size - members} profiles and their targets`, () =>
      populate(plane.api, members, size),
    );
    members = size;
    setLoads(loadAtFirst);
    const operator = await startOperator(plane, prometheus.url);
    try {
      await step('every profile looked at', () => untilLookedAt(operator, size));
      await sleep(2 * syncPeriodSeconds * 1000);
      console.log(await measureRest(operator));
      const times = await timeWrites(
        plane.api,
        size,
        () => setLoads(3 * loadAtFirst),
        tripTimeoutSeconds,
      );
      console.log(
        times.length,
        times[Math.floor(times.length / 2)],
        times[Math.floor(times.length * 0.99)],
        times.at(-1),
      );
    } finally {
      await operator.stop();
    }
  }
} finally {
  clearInterval(wobbling);
  await prometheus.close();
  await plane.stop();
}

/** Every query answers `load`, give or take 3 %: real readings are never the same twice. */
function setLoads(load: number): void {
  prometheus.asked.length = 0;
  for (let index = 0; index < members; index += 1) {
    const value = load * (0.97 + 0.06 * Math.random());
    prometheus.answers.set(queryOf(index), { values: [value.toFixed(3)], agesSeconds: [2] });
  }
}

async function untilLookedAt(operator: Operator, size: number): Promise<void> {
  const isDone = async () => {
    const samples = await operator.samples().catch(() => new Map());
    return total(samples, 'bellwether_desired_replicas') / 2 >= size;
  };
  if (!(await waitFor(isDone, 600, 2000))) throw new Error('not every profile was looked at');
}

async function measureRest(operator: Operator) {
  const before = await operator.samples();
  const planeBefore = await plane.cpuSeconds();
  let highestBytes = 0;
  for (let second = 0; second < measuredSeconds; second += 5) {
    await sleep(5000);
    const samples = await operator.samples();
    highestBytes = Math.max(highestBytes, total(samples, 'process_resident_memory_bytes'));
  }
  const after = await operator.samples();
  const lag = (quantile: number) =>
    quantileBetween(before, after, 'bellwether_pass_lag_seconds', quantile);
  const perSecond = (name: string) => increase(before, after, name) / measuredSeconds;
  return {
    p50: lag(0.5),
    p99: lag(0.99),
    megabytes: highestBytes / 1e6,
    cpu: perSecond('process_cpu_seconds_total'),
    planeCpu: ((await plane.cpuSeconds()) - planeBefore) / measuredSeconds,
    passes: perSecond('bellwether_pass_duration_seconds_count'),
    requests: perSecond('bellwether_api_requests_total'),
    statusWrites: perSecond('bellwether_status_writes_total'),
  };
}
