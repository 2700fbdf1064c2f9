/** Everything that one pass has to know, asked for at the same time. */
import { burstMetrics } from './api/burst.ts';
import type { Metric } from './api/metric.ts';
import type { ProfileSpec } from './api/profile.ts';
import type { Target, Targets } from './kubernetes/target.ts';
import type { Prometheus } from './prometheus/client.ts';
import type { MetricReadings, Observation } from './scaling/observation.ts';
import type { Reading } from './scaling/reading.ts';
import { queryWindowSeconds } from './scaling/strategy.ts';

interface Sources {
  readonly prometheus: Prometheus;
  readonly targets: Targets;
  readonly wallMs: () => number;
}

/** @throws ApiError or Error if the pods cannot be counted; a metric that cannot be read is data */
export async function observe(
  { prometheus, targets, wallMs }: Sources,
  spec: ProfileSpec,
  target: Target,
  namespace: string,
): Promise<Observation> {
  const { staleAfterSeconds } = spec.fallback;
  const nowMs = wallMs();
  const options = { windowSeconds: queryWindowSeconds(spec), staleAfterSeconds, nowMs };
  const read = (query: string) => prometheus.read(query, options);
  const readings = spec.metrics.map(
    async (metric) => [metric.name, await readMetric(read, metric)] as const,
  );
  const { burst } = spec;
  const readBurst = (query: string) =>
    prometheus.read(query, { ...options, windowSeconds: burst?.windowSeconds ?? 0 });
  const bursts = burst
    ? burstMetrics(spec.metrics).map(
        ({ name, prometheus: { query } }) => [name, readBurst(query)] as const,
      )
    : [];
  const [pods, burstReadings, ...entries] = await Promise.all([
    targets.countPods(target, namespace),
    settled(bursts),
    ...readings,
  ]);
  return {
    nowMs,
    currentReplicas: target.replicas,
    readyReplicas: pods.ready,
    startingReplicas: pods.starting,
    readings: Object.fromEntries(entries),
    ...(burst && { burstReadings }),
  };
}

async function settled(
  asked: readonly (readonly [string, Promise<Reading>])[],
): Promise<Readonly<Record<string, Reading>>> {
  const read = await Promise.all(
    asked.map(async ([name, reading]) => [name, await reading] as const),
  );
  return Object.fromEntries(read);
}

type Read = (query: string) => Promise<Reading>;

async function readMetric(read: Read, metric: Metric): Promise<MetricReadings> {
  if (metric.type === 'Prometheus') return { value: await read(metric.prometheus.query) };
  const { depth, arrivals, completions } = metric.queue;
  const [value, added, completed] = await Promise.all([
    read(depth),
    arrivals === undefined ? undefined : read(arrivals),
    completions === undefined ? undefined : read(completions),
  ]);
  return { value, ...(added && { arrivals: added }), ...(completed && { completions: completed }) };
}

/** Every reading of an observation that failed. */
export function failuresOf({ readings, burstReadings = {} }: Observation) {
  return Object.values(readings)
    .flatMap(({ value, arrivals, completions }) => [value, arrivals, completions])
    .concat(Object.values(burstReadings))
    .filter((reading) => reading?.status === 'failed');
}
