/** From a ScaledObject of KEDA to what a profile says. */
import { at } from '../validate/look.ts';
import {
  type ConvertOptions,
  type Draft,
  type DraftMetric,
  defined,
  hpaSyncSeconds,
  readBehavior,
} from './draft.ts';
import { downWindowSeconds, readTrigger, resourceTriggers } from './keda-triggers.ts';
import type { Source } from './source.ts';

const pollingSeconds = 30;
const cooldownSeconds = 300;
const advanced = ['spec', 'advanced'] as const;

/** What a profile with windows alone measures: one replica, always. */
const nothing: DraftMetric = {
  name: 'nothing',
  type: 'Prometheus',
  prometheus: { query: 'vector(0)' },
  target: { type: 'AverageValue', averageValue: 1 },
};

export function fromScaledObject(source: Source, options: ConvertOptions): Draft {
  const triggers = source
    .items('spec', 'triggers')
    .map((path, index) => readTrigger(source, path, index));
  if (triggers.length === 0) source.fault(['spec', 'triggers'], 'Required value');
  const metrics = triggers.flatMap((trigger) => trigger?.metric ?? []);
  const schedules = triggers.flatMap((trigger) => trigger?.schedule ?? []);
  const behavior = behaviorOf(source);
  const pollSeconds = source.whole('spec', 'pollingInterval');
  const minReplicas = fewest(source);
  noteZero(source, minReplicas, behavior);
  noteAdvanced(source);
  if (pollSeconds !== undefined && pollSeconds > hpaSyncSeconds) {
    source.note(
      ['spec', 'pollingInterval'],
      `${pollSeconds}: KEDA wakes a target at zero by it, and its HPA looks each ${hpaSyncSeconds} s: this profile always looks each ${hpaSyncSeconds} s`,
    );
  }
  const isPaused = annotation(source, 'autoscaling.keda.sh/paused') || notePausedReplicas(source);
  const fallback = fallbackOf(source, pollSeconds ?? pollingSeconds);
  return {
    scaleTargetRef: targetOf(source),
    ...(isPaused ? { mode: 'Paused' } : options.observe && { mode: 'Observe' }),
    syncPeriodSeconds: Math.max(1, Math.min(hpaSyncSeconds, pollSeconds ?? hpaSyncSeconds)),
    minReplicas,
    maxReplicas: source.whole('spec', 'maxReplicaCount') ?? 100,
    metrics: metrics.length === 0 && schedules.length > 0 ? [nothing] : metrics,
    ...(behavior && { behavior }),
    ...(schedules.length > 0 && { schedules }),
    ...(fallback && { fallback }),
  };
}

function targetOf(source: Source) {
  const path = ['spec', 'scaleTargetRef'] as const;
  if (source.value(...path, 'envSourceContainerName') !== undefined) {
    source.note([...path, 'envSourceContainerName'], 'no environment of a container is read');
  }
  return {
    apiVersion: source.text(...path, 'apiVersion') ?? 'apps/v1',
    kind: source.text(...path, 'kind') ?? 'Deployment',
    name: source.required(...path, 'name'),
  };
}

/** With idleReplicaCount a target rests at zero and is awake from minReplicaCount on: the higher one is kept. */
function fewest(source: Source): number {
  const fewest = source.whole('spec', 'minReplicaCount') ?? 0;
  const idle = source.whole('spec', 'idleReplicaCount');
  if (idle !== undefined && idle !== fewest) {
    source.note(
      ['spec', 'idleReplicaCount'],
      `${idle}: nothing between it and minReplicaCount ${fewest} can be skipped: it rests at ${fewest}`,
    );
  }
  return fewest;
}

/** When the last replica goes. */
function noteZero(source: Source, minReplicas: number, behavior: object | undefined): void {
  const cooldown = source.whole('spec', 'cooldownPeriod');
  const window = downWindowSeconds(behavior);
  const path = ['spec', 'cooldownPeriod'];
  if (minReplicas > 0) {
    if (cooldown !== undefined)
      source.note(
        path,
        `${cooldown}: without effect, as in KEDA: it counts at zero replicas alone`,
      );
  } else if ((cooldown ?? cooldownSeconds) !== window) {
    source.note(
      path,
      `${cooldown ?? cooldownSeconds}: the last replica goes after the scale-down window of ${window} s, like all others`,
    );
  }
  if (source.whole('spec', 'initialCooldownPeriod')) {
    source.note(
      ['spec', 'initialCooldownPeriod'],
      'nothing falls for one scale-down window after the first look',
    );
  }
  if (minReplicas > 0) return;
  for (const trigger of resourceTriggers(source, source.items('spec', 'triggers'))) {
    source.note(
      trigger,
      'KEDA goes to zero without asking it; here the last replica stays as long as its pods use anything',
    );
  }
}

function noteAdvanced(source: Source): void {
  if (at(source.value(...advanced, 'scalingModifiers'), 'formula') !== undefined) {
    source.fault(
      [...advanced, 'scalingModifiers'],
      'a formula over several triggers cannot be converted: write it as one PromQL query',
    );
  }
  if (source.value(...advanced, 'restoreToOriginalReplicaCount') === true) {
    source.note(
      [...advanced, 'restoreToOriginalReplicaCount'],
      'a deleted profile leaves the count as it is',
    );
  }
  if (source.value(...advanced, 'horizontalPodAutoscalerConfig', 'name') !== undefined) {
    source.note(
      [...advanced, 'horizontalPodAutoscalerConfig', 'name'],
      'there is no HPA to be named',
    );
  }
}

function behaviorOf(source: Source): object | undefined {
  const path = [...advanced, 'horizontalPodAutoscalerConfig', 'behavior'];
  const behavior = readBehavior(source, path) ?? {};
  const stopped = (direction: string, names: readonly string[]) =>
    names.some((name) => annotation(source, `autoscaling.keda.sh/${name}`))
      ? { [direction]: { ...Object(at(behavior, direction)), selectPolicy: 'Disabled' } }
      : {};
  const all = {
    ...behavior,
    ...stopped('scaleUp', ['paused-scale-out', 'paused-scale-up']),
    ...stopped('scaleDown', ['paused-scale-in', 'paused-scale-down']),
  };
  return Object.keys(all).length > 0 ? all : undefined;
}

/** What is no truth value counts as true. */
function annotation(source: Source, name: string): boolean {
  const value = source.value('metadata', 'annotations', name);
  return value !== undefined && !/^(false|f|0)$/i.test(String(value));
}

function notePausedReplicas(source: Source): boolean {
  const path = ['metadata', 'annotations', 'autoscaling.keda.sh/paused-replicas'];
  const replicas = source.value(...path);
  if (replicas === undefined) return false;
  source.note(
    path,
    `${replicas}: mode Paused holds the count that there is: scale the target to it`,
  );
  return true;
}

/** KEDA falls back a trigger at a time; here it takes that none can be read. */
function fallbackOf(source: Source, pollSeconds: number): object | undefined {
  const path = ['spec', 'fallback'] as const;
  if (!source.has(...path)) return undefined;
  const threshold = source.whole(...path, 'failureThreshold') ?? 0;
  const replicas = source.whole(...path, 'replicas') ?? 0;
  const behavior = source.text(...path, 'behavior') ?? 'static';
  const failureSeconds = Math.max(1, threshold * pollSeconds);
  source.note(
    [...path, 'failureThreshold'],
    `${threshold} failed looks are taken for ${failureSeconds} s, in which no metric could be read`,
  );
  if (behavior === 'static') {
    source.note(
      [...path, 'behavior'],
      `static: the fallback raises to ${replicas} and never lowers to it`,
    );
  } else if (behavior !== 'currentReplicasIfHigher') {
    source.note([...path, 'behavior'], `${behavior}: the count holds while nothing can be read`);
  }
  const raises = behavior === 'static' || behavior === 'currentReplicasIfHigher';
  return defined({ failureSeconds, replicas: raises && replicas > 0 ? replicas : undefined });
}
