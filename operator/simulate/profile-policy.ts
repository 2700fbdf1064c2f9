/** A ScaleProfile as a policy: the engine of production, pass by pass, over readings taken from a trace. */
import type { Decision } from '../api/decision.ts';
import type { Metric, PrometheusMetric } from '../api/metric.ts';
import type { ProfileSpec } from '../api/profile.ts';
import { decide } from '../scaling/decide.ts';
import { noMemory, recordScale } from '../scaling/memory.ts';
import type { Observation } from '../scaling/observation.ts';
import { queryWindowSeconds } from '../scaling/strategy.ts';
import type { Fleet, Policy } from './fluid.ts';
import { rateAt, type Trace } from './trace.ts';

/** Age of what a pass reads: of an HPA's pipeline, and of samples scraped every 5 s. */
const HPA_LAG_SECONDS = 15;
const LAG_SECONDS = 5;

/** The metric that a trace can feed: the first whose target is an average per replica. */
export function tracedMetric({ metrics }: ProfileSpec): PrometheusMetric | undefined {
  return metrics.find(isTraceable);
}

function isTraceable(metric: Metric): metric is PrometheusMetric {
  return metric.type === 'Prometheus' && metric.target.type === 'AverageValue';
}

/**
 * The policy of a profile whose one metric reads the trace's rate.
 *
 * @param startupSeconds of the model: what the engine would measure of its own pods
 * @param onDecision hears every decision, at its second
 * @throws {Error} where the profile has no metric that a trace can feed
 */
export function profilePolicy(
  trace: Trace,
  profile: ProfileSpec,
  startupSeconds: number,
  onDecision: (second: number, decision: Decision) => void,
): Policy {
  const metric = tracedMetric(profile);
  if (!metric) throw new Error('no metric has an AverageValue target');
  const spec = { ...profile, metrics: [metric] };
  const read = readingsOf(trace, spec, metric.name);
  let memory = noMemory;
  return {
    syncPeriodSeconds: spec.syncPeriodSeconds,
    decide: (second, fleet) => {
      const observation = observe(second, fleet, startupSeconds, read);
      const decided = decide(spec, observation, memory);
      const { desiredReplicas } = decided.decision;
      const change = desiredReplicas - fleet.replicas;
      memory =
        change === 0 ? decided.memory : recordScale(decided.memory, observation.nowMs, change);
      onDecision(second, decided.decision);
      return desiredReplicas;
    },
  };
}

type Read = (second: number) => Pick<Observation, 'nowMs' | 'readings' | 'burstReadings'>;

/** The clock and what a query would answer. */
function readingsOf(trace: Trace, spec: ProfileSpec, name: string): Read {
  const lagSeconds = spec.strategy.type === 'HPA' ? HPA_LAG_SECONDS : LAG_SECONDS;
  const windowSeconds = queryWindowSeconds(spec);
  return (second) => {
    const nowMs = trace.startMs + second * 1000;
    const atMs = nowMs - lagSeconds * 1000;
    const over = (seconds: number) =>
      ({ status: 'ok', value: rateAt(trace, second, seconds, lagSeconds), atMs }) as const;
    return {
      nowMs,
      readings: { [name]: { value: over(windowSeconds) } },
      ...(spec.burst && { burstReadings: { [name]: over(spec.burst.windowSeconds) } }),
    };
  };
}

function observe(second: number, fleet: Fleet, leadTimeSeconds: number, read: Read): Observation {
  return {
    ...read(second),
    currentReplicas: fleet.replicas,
    readyReplicas: fleet.readyReplicas,
    startingReplicas: fleet.replicas - fleet.readyReplicas,
    leadTimeSeconds,
  };
}
