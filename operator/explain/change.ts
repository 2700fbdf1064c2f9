/** What would have to change for one replica more or one fewer: who must ask, and what stands in the way. */
import type { Decision, Limit, Proposal } from '../api/decision.ts';
import type { ProfileSpec } from '../api/profile.ts';
import type { WrittenMemory } from '../api/status.ts';
import { behaviorOf, holdSecondsOf } from '../scaling/strategy.ts';
import { type Threshold, type Thresholds, thresholdsOf } from './threshold.ts';

/** A step away from the count that was decided. */
export interface Change {
  /** What it would come to, at the least step. */
  readonly replicas: number;
  /** Whether the metrics ask for it already, so that only what is in the way holds it. */
  readonly isAsked: boolean;
  /** Bounds, modes, windows and policies that do not let it happen, each as a sentence. */
  readonly inTheWay: readonly string[];
  /** For more any one of these, for fewer all of them. Empty where the metrics ask for it already. */
  readonly thresholds: readonly Threshold[];
  /** Metrics that must be read again first. */
  readonly unread: readonly string[];
  /** How long the metrics must ask for it; 0: no time. */
  readonly windowSeconds: number;
}

export interface Explained {
  readonly spec: ProfileSpec;
  readonly decision: Decision;
  readonly memory: WrittenMemory | undefined;
}

/** The count that stands after the decision: it is not carried out in mode Observe. */
export function standing({ mode, currentReplicas, desiredReplicas }: Decision): number {
  return mode === 'Observe' ? currentReplicas : desiredReplicas;
}

/** One more than stands now. */
export function oneMore(explained: Explained): Change {
  const { spec, decision } = explained;
  const replicas = standing(decision);
  const isAsked = decision.proposedReplicas > replicas;
  const found = ofMetrics(explained, replicas);
  const lowered = decision.limits.filter(({ from, to }) => to < from);
  return {
    replicas: replicas + 1,
    isAsked,
    inTheWay: [
      ...byMode(decision),
      ...(replicas >= spec.maxReplicas ? [`maxReplicas is ${spec.maxReplicas}`] : []),
      ...lowered.filter((limit) => (isAsked ? isNoBound(limit) : isPoolWait(limit))).map(sentence),
    ],
    thresholds: isAsked ? [] : found.flatMap(({ more }) => more ?? []),
    unread: [],
    windowSeconds: behaviorOf(spec).up.windowMs / 1000,
  };
}

/** One fewer than stands now. */
export function oneFewer(explained: Explained): Change {
  const { spec, decision } = explained;
  const replicas = standing(decision);
  const blocking = decision.proposals.filter(
    ({ replicas: asked }) => asked === undefined || asked >= replicas,
  );
  const isAsked = blocking.length === 0;
  const found = ofMetrics(
    { ...explained, decision: { ...decision, proposals: blocking } },
    replicas,
  );
  const raised = decision.limits.filter(({ from, to }) => to > from);
  return {
    replicas: replicas - 1,
    isAsked,
    inTheWay: [
      ...byMode(decision),
      ...(replicas <= spec.minReplicas ? [`minReplicas is ${spec.minReplicas}`] : []),
      ...raised.filter(isNoBound).map(sentence),
    ],
    thresholds: found.flatMap(({ fewer }) => fewer ?? []),
    unread: blocking.filter(({ failed }) => failed !== undefined).map(({ name }) => name),
    windowSeconds: Math.max(behaviorOf(spec).down.windowMs / 1000, holdOf(spec)),
  };
}

function holdOf(spec: ProfileSpec): number {
  return spec.strategy.type === 'Adaptive' ? holdSecondsOf(spec) : 0;
}

function ofMetrics({ spec, decision, memory }: Explained, replicas: number): readonly Thresholds[] {
  const readyReplicas = decision.readyReplicas ?? replicas;
  return decision.proposals.map((proposal: Proposal) => {
    const metric = spec.metrics.find(({ name }) => name === proposal.name);
    return metric ? thresholdsOf(metric, proposal, { spec, replicas, readyReplicas, memory }) : {};
  });
}

function byMode({ mode }: Decision): readonly string[] {
  if (mode === 'Paused') return ['mode is Paused'];
  return mode === 'Observe' ? ['mode is Observe: nothing is written'] : [];
}

/** Bounds are told from the profile, the mode from itself. */
function isNoBound({ reason }: Limit): boolean {
  return !['TooManyReplicas', 'TooFewReplicas', 'Paused'].includes(reason);
}

/** It takes back what a metric asks for before that counts as asked. */
function isPoolWait({ reason }: Limit): boolean {
  return reason === 'PoolSaturated';
}

function sentence({ reason, message }: Limit): string {
  return `${reason}: ${message}`;
}
