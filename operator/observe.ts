/** Everything that one pass has to know, asked for at the same time. */
import type { Decision } from './api/decision.ts';
import type { Metric, PrometheusMetric, QueueMetric, ResourceMetric } from './api/metric.ts';
import type { ProfileSpec } from './api/profile.ts';
import { besides, readBeside } from './beside.ts';
import type { PodMetrics, PodSample } from './kubernetes/pod-metrics.ts';
import type { Target, Targets } from './kubernetes/target.ts';
import type { Prometheus } from './prometheus/client.ts';
import type { PodStart } from './scaling/lead-time.ts';
import type { MetricReadings, Observation } from './scaling/observation.ts';
import type { PodObservation } from './scaling/pod.ts';
import type { FailureReason, Reading } from './scaling/reading.ts';
import { queryWindowSeconds } from './scaling/strategy.ts';

interface Sources {
  readonly prometheus: Prometheus;
  readonly targets: Targets;
  readonly podMetrics: PodMetrics;
  readonly wallMs: () => number;
}

export interface Seen {
  readonly observation: Observation;
  /** Of the target's pods that are Ready. */
  readonly podStarts: readonly PodStart[];
}

/** @throws ApiError or Error if the pods cannot be counted; a metric that cannot be read is data */
export async function observe(
  { prometheus, targets, podMetrics, wallMs }: Sources,
  spec: ProfileSpec,
  target: Target,
  namespace: string,
): Promise<Seen> {
  const { staleAfterSeconds } = spec.fallback;
  const nowMs = wallMs();
  const options = { windowSeconds: queryWindowSeconds(spec), staleAfterSeconds, nowMs };
  const read = (query: string) => prometheus.read(query, options);
  const [resourceMetrics, queried] = partition(spec.metrics);
  const readings = queried.map(
    async (metric) => [metric.name, await readMetric(read, metric)] as const,
  );
  const [{ ready, starting, starts, pods }, samples, beside, ...entries] = await Promise.all([
    targets.readPods(target, namespace),
    resourceMetrics.length > 0 ? podMetrics.read(namespace, target.selector) : undefined,
    readBeside(prometheus, spec, options),
    ...readings,
  ]);
  const failed = resourceMetrics.flatMap(({ name }) =>
    samples && !samples.ok ? [[name, { value: samples.failure }] as const] : [],
  );
  const observation = {
    nowMs,
    currentReplicas: target.replicas,
    readyReplicas: ready,
    startingReplicas: starting,
    readings: Object.fromEntries([...entries, ...failed]),
    ...beside,
    ...(samples?.ok && { pods: withSamples(pods, samples.byPod) }),
  };
  return { observation, podStarts: starts };
}

function withSamples(
  pods: readonly PodObservation[],
  samples: ReadonlyMap<string, PodSample>,
): readonly PodObservation[] {
  return pods.map((pod) => ({ ...pod, ...samples.get(pod.name) }));
}

type QueriedMetric = PrometheusMetric | QueueMetric;

function partition(
  metrics: readonly Metric[],
): readonly [readonly ResourceMetric[], readonly QueriedMetric[]] {
  const isQueried = (metric: Metric) => metric.type === 'Prometheus' || metric.type === 'Queue';
  return [
    metrics.filter((metric): metric is ResourceMetric => !isQueried(metric)),
    metrics.filter((metric): metric is QueriedMetric => isQueried(metric)),
  ];
}

type Read = (query: string) => Promise<Reading>;

async function readMetric(read: Read, metric: QueriedMetric): Promise<MetricReadings> {
  if (metric.type === 'Prometheus') return { value: await read(metric.prometheus.query) };
  const { depth, arrivals, completions } = metric.queue;
  const [value, added, completed] = await Promise.all([
    read(depth),
    arrivals === undefined ? undefined : read(arrivals),
    completions === undefined ? undefined : read(completions),
  ]);
  return { value, ...(added && { arrivals: added }), ...(completed && { completions: completed }) };
}

/** Why readings failed, each once; what pods use is judged in the decision. */
export function failuresOf(
  observation: Observation,
  { proposals }: Decision,
): readonly FailureReason[] {
  const { readings } = observation;
  const read = Object.values(readings)
    .flatMap(({ value, arrivals, completions }) => [value, arrivals, completions])
    .concat(besides(observation))
    .flatMap((reading) => (reading?.status === 'failed' ? [reading.reason] : []));
  const judged = proposals.filter(({ name }) => !(name in readings));
  return [...read, ...judged.flatMap(({ failed }) => failed ?? [])];
}
