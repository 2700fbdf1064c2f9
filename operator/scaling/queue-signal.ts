/** The signal of a Queue metric: depth and arrivals against the rate of a replica, each of which may be unknown. */
import type { QueueMetric } from '../api/metric.ts';
import type { MetricReadings } from './observation.ts';
import { type LearnedRate, learnRate, replicasForWork, workOf } from './queue.ts';
import type { Reading } from './reading.ts';
import { mostReplicas } from './replicas.ts';
import { type Asked, askAwake, rounded, type Signal, type SignalContext } from './signal.ts';
import { failedSignal, goodSignal } from './stand-in.ts';

/**
 * Without depth the signal has failed. Without arrivals that were asked for it has failed too, but
 * what the backlog alone needs is known, and may raise. Without completions only learning stops.
 */
export function queueSignal(
  metric: QueueMetric,
  { value: depth, arrivals, completions }: MetricReadings,
  context: SignalContext,
): Signal {
  if (depth.status === 'failed') return failedSignal(metric.name, depth, context);
  const learned = learn(metric, depth.value, completions, context);
  const after = { ...context, past: { ...context.past, ...remembered(learned) } };
  const rate = learned?.perSecond ?? metric.queue.ratePerReplica;
  const ask = (perSecond: number) => askForJobs(metric, depth.value, perSecond, rate, context);
  if (arrivals?.status === 'failed') {
    return raised(failedSignal(metric.name, arrivals, after), ask(0));
  }
  return goodSignal(metric.name, depth, ask(arrivals?.value ?? 0), after);
}

function raised(failed: Signal, least: Asked): Signal {
  const message = `${failed.message}; the backlog alone: ${least.message}`;
  const replicas = Math.max(least.replicas, failed.replicas ?? 0);
  return { ...failed, replicas, least: least.replicas, message };
}

function remembered(learned: LearnedRate | undefined) {
  return learned && { ratePerReplica: learned.perSecond, rateAtMs: learned.atMs };
}

function learn(
  { queue }: QueueMetric,
  depth: number,
  completions: Reading | undefined,
  { spec, observation, past }: SignalContext,
): LearnedRate | undefined {
  const { currentReplicas, readyReplicas, nowMs } = observation;
  const { ratePerReplica: perSecond, rateAtMs: atMs = nowMs } = past;
  return learnRate({
    prior: queue.ratePerReplica,
    learned: perSecond === undefined ? undefined : { perSecond, atMs },
    depth,
    completions: completions?.status === 'ok' ? completions.value : undefined,
    currentReplicas,
    readyReplicas,
    syncPeriodSeconds: spec.syncPeriodSeconds,
    nowMs,
  });
}

function askForJobs(
  metric: QueueMetric,
  depth: number,
  arrivals: number,
  rate: number | undefined,
  { spec, observation }: SignalContext,
): Asked {
  const { drainSeconds } = metric.queue;
  const work = workOf(depth, arrivals, drainSeconds);
  const jobs = `${rounded(depth)} jobs in ${drainSeconds} s and ${rounded(arrivals)} new a second`;
  return askAwake(work, metric, spec, () => {
    if (work === 0) return { replicas: 0, need: 0, message: 'no jobs' };
    if (rate === undefined) {
      const replicas = Math.max(1, observation.currentReplicas);
      return { replicas, message: `${jobs}, at a rate of a replica not known yet` };
    }
    const replicas = Math.min(mostReplicas, replicasForWork(work, drainSeconds, rate));
    const need = work / (drainSeconds * rate);
    return { replicas, need, message: `${jobs} at ${rounded(rate)} a second and replica` };
  });
}
