/** One metric in one pass: its reading made into replicas, or what stands in for it when it failed. */
import {
  isAverage,
  type Metric,
  type PrometheusMetric,
  type ResourceMetric,
} from '../api/metric.ts';
import type { ProfileSpec } from '../api/profile.ts';
import { adaptiveSignal, held } from './adaptive-signal.ts';
import type { SignalMemory } from './memory.ts';
import type { Observation } from './observation.ts';
import { queueSignal } from './queue-signal.ts';
import { judgeReading, type Reading, unread } from './reading.ts';
import { replicasForAverage, replicasForValue } from './replicas.ts';
import { resourceSignal } from './resource-signal.ts';
import { failedSignal, goodSignal } from './stand-in.ts';
import { behaviorOf } from './strategy.ts';

export interface Signal {
  readonly name: string;
  /** The metric's type where pods tell it; undefined where queries do. */
  readonly source?: ResourceMetric['type'];
  /** The metric's main reading, judged for age and range. */
  readonly reading: Reading;
  /** What it asks for or, failed, what stands in for it; undefined when nothing is known. */
  readonly replicas?: number;
  /** The same before rounding, tolerance and holds; of a good reading. */
  readonly need?: number;
  /** Of a failed signal: what the part of it that is known needs at least. */
  readonly least?: number;
  /** A failed signal lowers nothing unless a last good proposal stands in for it. */
  readonly mayLower: boolean;
  /** Why this many, with the numbers. */
  readonly message: string;
  /** For the next pass. */
  readonly memory: SignalMemory;
}

/** What a good reading asks for, and why. */
export interface Asked {
  readonly replicas: number;
  /** The same before rounding, tolerance and holds; undefined while it cannot be told. */
  readonly need?: number;
  readonly message: string;
}

/** What a metric is judged by, beside its readings. */
export interface SignalContext {
  readonly spec: ProfileSpec;
  readonly observation: Observation;
  /** What earlier passes left for this metric. */
  readonly past: SignalMemory;
}

/** Judge one metric of the profile by the observation's readings. */
export function signalOf(metric: Metric, context: SignalContext): Signal {
  const { strategy } = context.spec;
  const isAdaptive = strategy.type === 'Adaptive';
  const signal = judgedSignal(metric, context);
  return isAdaptive && !isAverage(metric) && signal.reading.status === 'ok'
    ? held(signal, context)
    : signal;
}

function judgedSignal(metric: Metric, context: SignalContext): Signal {
  const { spec, observation } = context;
  const readings = observation.readings[metric.name];
  const judge = (reading: Reading = unread) =>
    judgeReading(reading, spec.fallback.staleAfterSeconds, observation.nowMs);
  if (metric.type === 'Prometheus')
    return prometheusSignal(metric, judge(readings?.value), context);
  if (metric.type !== 'Queue') {
    return { ...resourceSignal(metric, readings?.value, context), source: metric.type };
  }
  const { arrivals, completions } = metric.queue;
  return queueSignal(
    metric,
    {
      value: judge(readings?.value),
      ...(arrivals !== undefined && { arrivals: judge(readings?.arrivals) }),
      ...(completions !== undefined && { completions: judge(readings?.completions) }),
    },
    context,
  );
}

function prometheusSignal(
  metric: PrometheusMetric,
  reading: Reading,
  context: SignalContext,
): Signal {
  if (context.spec.strategy.type === 'Adaptive' && isAverage(metric)) {
    return adaptiveSignal(metric, reading, context);
  }
  if (reading.status === 'failed') return failedSignal(metric.name, reading, context);
  const asked = askAwake(reading.value, metric, context.spec, () =>
    askByTarget(metric, context, reading.value),
  );
  return goodSignal(metric.name, reading, asked, context);
}

function askByTarget(
  { target }: PrometheusMetric,
  { spec, observation: { currentReplicas, readyReplicas } }: SignalContext,
  load: number,
): Asked {
  const { up, down } = behaviorOf(spec);
  const tolerances = { up: up.tolerance, down: down.tolerance };
  if (target.type === 'AverageValue') {
    const { averageValue } = target;
    const replicas = replicasForAverage(load, averageValue, currentReplicas, tolerances);
    const need = load / averageValue;
    return { replicas, need, message: `${rounded(load)} at ${averageValue} a replica` };
  }
  const { value } = target;
  const replicas = replicasForValue(load, value, currentReplicas, readyReplicas, tolerances);
  const need = (load / value) * (currentReplicas === 0 ? 1 : readyReplicas);
  return { replicas, need, message: `${rounded(load)} against ${value}, ${readyReplicas} ready` };
}

/**
 * Ask with the choice between nothing and something in view. A target that may go to zero gets 0
 * from a metric at or below its activation and at least 1 from one above it.
 */
export function askAwake(
  load: number,
  { activation }: Metric,
  { minReplicas }: ProfileSpec,
  ask: () => Asked,
): Asked {
  if (minReplicas > 0) return ask();
  if (load <= activation) {
    return { replicas: 0, message: `${rounded(load)} is not above the activation ${activation}` };
  }
  const asked = ask();
  return { ...asked, replicas: Math.max(1, asked.replicas) };
}

/** A number for a sentence: three digits after the point at most. */
export function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}
