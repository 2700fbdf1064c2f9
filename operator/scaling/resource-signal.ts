/** The signal of a Resource or ContainerResource metric: what the target's pods use against what they should. */
import type { ResourceMetric } from '../api/metric.ts';
import { type FailureReason, judgeReading, type OkReading, type Reading } from './reading.ts';
import { replicasForResource } from './resource.ts';
import { askAwake, type Signal, type SignalContext } from './signal.ts';
import { failedSignal, goodSignal } from './stand-in.ts';
import { behaviorOf } from './strategy.ts';

/**
 * Judge a resource metric by the observation's pods.
 *
 * @param told a failed reading of the whole metric, such as of the metrics API; a good one says nothing of pods
 */
export function resourceSignal(
  metric: ResourceMetric,
  told: Reading | undefined,
  context: SignalContext,
): Signal {
  const { spec, observation } = context;
  const { currentReplicas, nowMs, pods } = observation;
  const failed = (reason: FailureReason, message: string) =>
    failedSignal(metric.name, { status: 'failed', reason, message }, context);
  if (told?.status === 'failed') return failedSignal(metric.name, told, context);
  if (currentReplicas === 0) return asleep(metric, context);
  if (!pods) return failed('absent', 'the observation has no pods');
  const { up, down } = behaviorOf(spec);
  const tolerances = { up: up.tolerance, down: down.tolerance };
  const need = replicasForResource(metric, pods, currentReplicas, tolerances, nowMs);
  if (!need.ok) return failed(need.reason, need.message);
  const atMs = need.sampledAtMs ?? nowMs;
  const reading = judgeReading(
    { status: 'ok', value: need.value, atMs },
    spec.fallback.staleAfterSeconds,
    nowMs,
  );
  if (reading.status === 'failed') return failedSignal(metric.name, reading, context);
  const asked = askAwake(reading.value, metric, spec, () => ({
    replicas: need.replicas,
    message: `${inWords(metric, reading.value)}: ${need.message}`,
  }));
  return goodSignal(metric.name, reading, asked, context);
}

/** No pods use nothing: that is known without asking. */
function asleep(metric: ResourceMetric, context: SignalContext): Signal {
  const reading: OkReading = { status: 'ok', value: 0, atMs: context.observation.nowMs };
  const asked = { replicas: 0, message: 'no pods, which use nothing' };
  return goodSignal(metric.name, reading, asked, context);
}

function inWords({ resource, target }: ResourceMetric, value: number): string {
  const what = resource.container ? `${resource.name} of ${resource.container}` : resource.name;
  return target.type === 'Utilization'
    ? `${what} at ${value} % of its request against ${target.averageUtilization} %`
    : `${what} ${value} a pod against ${target.averageValue}`;
}
