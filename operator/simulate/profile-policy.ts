/** A ScaleProfile as a policy: the engine of production, pass by pass, over readings taken from a run. */
import type { Decision } from '../api/decision.ts';
import { isAverage, type Metric } from '../api/metric.ts';
import type { ProfileSpec } from '../api/profile.ts';
import { isByClock } from '../api/schedule.ts';
import { decide } from '../scaling/decide.ts';
import { noMemory, recordScale } from '../scaling/memory.ts';
import type { Arena } from './arena.ts';
import type { Policy } from './fluid.ts';
import { readingsOf } from './readings.ts';
import { leadSeconds } from './startup.ts';

/** Whether a trace can stand for what a metric reads: a load that replicas share, or the jobs of a queue. */
export function isTraceable(metric: Metric): boolean {
  return metric.type === 'Queue' || isAverage(metric);
}

/**
 * The policy of a profile, of whose metrics only the one that the trace stands for is read.
 *
 * The measured lead time is the model's: what the engine would see of its own pods.
 *
 * @param onDecision hears every decision, at its second
 */
export function profilePolicy(
  arena: Arena,
  profile: ProfileSpec,
  metric: Metric,
  onDecision: (second: number, decision: Decision) => void,
): Policy {
  const spec = readable(profile, metric);
  const read = readingsOf(arena, metric, spec);
  let memory = noMemory;
  return {
    syncPeriodSeconds: spec.syncPeriodSeconds,
    decide: (second, { replicas, readyReplicas }) => {
      const nowMs = arena.trace.startMs + second * 1000;
      const observation = {
        nowMs,
        currentReplicas: replicas,
        readyReplicas,
        startingReplicas: replicas - readyReplicas,
        leadTimeSeconds: leadSeconds(arena.model),
        ...read(second),
      };
      const decided = decide(spec, observation, memory);
      const { desiredReplicas } = decided.decision;
      const change = desiredReplicas - replicas;
      memory = change === 0 ? decided.memory : recordScale(decided.memory, nowMs, change);
      onDecision(second, decided.decision);
      return desiredReplicas;
    },
  };
}

/** Guards, and floors by a query, read what no trace says: they are left out, as the other metrics are. */
function readable(profile: ProfileSpec, metric: Metric): ProfileSpec {
  const schedules = profile.schedules.filter(isByClock);
  return { ...profile, schedules, guard: [], metrics: [metric] };
}
