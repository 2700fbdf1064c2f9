/** A ScaleProfile as a policy: the engine of production, pass by pass, over readings taken from a trace. */
import type { Decision } from '../api/decision.ts';
import type { Metric, PrometheusMetric } from '../api/metric.ts';
import type { ProfileSpec } from '../api/profile.ts';
import { decide } from '../scaling/decide.ts';
import { noMemory, recordScale } from '../scaling/memory.ts';
import type { Observation } from '../scaling/observation.ts';
import type { Fleet, Policy } from './fluid.ts';
import { rateAt, type Trace } from './trace.ts';

/** What strategy HPA stands in for `$window`, and the age of what an HPA's pipeline reads. */
const WINDOW_SECONDS = 60;
const LAG_SECONDS = 15;

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
 * @param onDecision hears every decision, at its second
 * @throws {Error} where the profile has no metric that a trace can feed
 */
export function profilePolicy(
  trace: Trace,
  profile: ProfileSpec,
  onDecision: (second: number, decision: Decision) => void,
): Policy {
  const metric = tracedMetric(profile);
  if (!metric) throw new Error('no metric has an AverageValue target');
  const spec = { ...profile, metrics: [metric] };
  let memory = noMemory;
  return {
    syncPeriodSeconds: spec.syncPeriodSeconds,
    decide: (second, fleet) => {
      const observation = observe(trace, second, fleet, metric.name);
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

function observe(trace: Trace, second: number, fleet: Fleet, name: string): Observation {
  const nowMs = trace.startMs + second * 1000;
  const value = rateAt(trace, second, WINDOW_SECONDS, LAG_SECONDS);
  const atMs = nowMs - LAG_SECONDS * 1000;
  return {
    nowMs,
    currentReplicas: fleet.replicas,
    readyReplicas: fleet.readyReplicas,
    startingReplicas: fleet.replicas - fleet.readyReplicas,
    readings: { [name]: { value: { status: 'ok', value, atMs } } },
  };
}
