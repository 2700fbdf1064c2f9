/** How long from the scrape that calls for more pods to the write of the scale: 10 steps on the live cluster. */
import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '../e2e/kubernetes.ts';
import { samplesOf } from '../e2e/prometheus.ts';
import { Testbed } from '../e2e/testbed.ts';
import { quantile } from './quantile.ts';

const steps = 10;
const syncPeriodSeconds = 5;

const bed = await Testbed.open('lag');
try {
  await bed.setLoad(10);
  await bed.startTarget('lag', 1);
  // No tolerance: the last step is one pod in ten.
  const behavior = { scaleUp: { tolerance: 0 } };
  await bed.applyProfile('lag', { syncPeriodSeconds, maxReplicas: steps + 1, behavior });
  await bed.untilCondition('lag', 'ScalingActive', 'True', undefined, 60);
  const lags: number[] = [];
  for (let replicas = 2; replicas <= steps + 1; replicas += 1) {
    const lag = await measureStep(replicas);
    console.log(`step to ${replicas}: ${lag.toFixed(2)} s`);
    lags.push(lag);
    await sleep(Math.random() * syncPeriodSeconds * 1000);
  }
  const [median, p95] = [quantile(lags, 0.5), quantile(lags, 0.95)];
  console.log(
    `scrape to scale write: median ${median.toFixed(2)} s, p95 ${p95.toFixed(2)} s; ` +
      `to reach ${syncPeriodSeconds + 1} s (sync period ${syncPeriodSeconds} s + 1 s)`,
  );
} finally {
  await bed.close();
}

/** Raise the load to `replicas` pods' worth; seconds from the first sample of it to the write. */
async function measureStep(replicas: number): Promise<number> {
  const load = replicas * 10;
  await bed.setLoad(load);
  const wroteAt = await until(`a write of ${replicas}`, 60, async () => {
    const { wanted } = await bed.replicasOf('lag');
    return wanted === replicas && Date.now() / 1000;
  });
  const samples = await samplesOf(`test_load{namespace="${bed.namespace}"}[2m]`);
  const first = samples.find(({ value }) => value === load);
  if (!first) throw new Error(`Prometheus holds no sample of ${load}`);
  return wroteAt - first.atSeconds;
}
