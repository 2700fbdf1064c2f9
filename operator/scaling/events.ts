/** What changed between two decisions, as events of Kubernetes. */
import type { Decision, Limit, LimitReason } from '../api/decision.ts';
import { foreignWriter, guardFindings, reasonOf } from './conditions.ts';
import { isFight } from './foreign.ts';

export interface EventNote {
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly note: string;
}

/** Reasons that are news when they first appear. Windows and paces come and go with every load step: no news. */
const news: Readonly<Partial<Record<LimitReason, EventNote['type']>>> = {
  FailedSignalHold: 'Warning',
  Fallback: 'Warning',
  TooManyReplicas: 'Warning',
  BudgetLimited: 'Warning',
  PoolSaturated: 'Warning',
  ColdStart: 'Normal',
  BurstHold: 'Normal',
  GuardRaise: 'Normal',
  ForeignWriter: 'Warning',
  Paused: 'Normal',
};

/**
 * What happened between two decisions, once the later one is carried out: a rescale, readings lost
 * and found again, and limits that appeared.
 *
 * @param previous undefined on the first pass
 */
export function eventsOf(previous: Decision | undefined, decision: Decision): readonly EventNote[] {
  const before = previous?.limits ?? [];
  const appeared = decision.limits.filter(
    ({ reason }) => !before.some((limit) => limit.reason === reason),
  );
  return [
    ...rescaled(decision),
    ...readingEvents(previous, decision),
    ...guardEvents(previous, decision),
    ...fightEvents(previous, decision),
    ...appeared.flatMap((limit) => limitEvent(limit)),
  ];
}

function rescaled({ mode, currentReplicas, desiredReplicas, message }: Decision): EventNote[] {
  if (mode === 'Observe' || desiredReplicas === currentReplicas) return [];
  const note = `New size: ${desiredReplicas}, was ${currentReplicas}; reason: ${message}`;
  return [{ type: 'Normal', reason: 'SuccessfulRescale', note }];
}

function readingEvents(previous: Decision | undefined, decision: Decision): EventNote[] {
  const before = previous && readingsOf(previous);
  return readingsOf(decision).flatMap(({ name, kind, source, failed, message }): EventNote[] => {
    const same = before?.find((reading) => reading.name === name && reading.kind === kind);
    if (failed === same?.failed) return [];
    const note = `${name}: ${message}`;
    return failed === undefined
      ? [{ type: 'Normal', reason: 'ValidMetricFound', note }]
      : [{ type: 'Warning', reason: reasonOf(source), note }];
  });
}

function readingsOf({ proposals, watches = [] }: Decision) {
  const queried = watches.map((watch) => ({ ...watch, source: undefined }));
  return [...proposals.map((proposal) => ({ ...proposal, kind: 'Metric' })), ...queried];
}

/** A guard that gave up on more pods. */
function guardEvents(previous: Decision | undefined, { watches = [] }: Decision): EventNote[] {
  return watches.flatMap(({ kind, name, state, message }): EventNote[] => {
    const gaveUp = guardFindings.slice(0, 2).find((found) => found.state === state);
    const before = previous?.watches?.find((watch) => watch.kind === kind && watch.name === name);
    if (!gaveUp || before?.state === state) return [];
    return [{ type: 'Warning', reason: gaveUp.reason, note: `${name}: ${message}` }];
  });
}

function fightEvents(previous: Decision | undefined, decision: Decision): EventNote[] {
  const wasFight = isFight(previous?.foreignChanges ?? []);
  if (wasFight) return [];
  return foreignWriter(decision)
    .filter(({ reason }) => reason === 'WritersFight')
    .map(({ reason, message }) => ({ type: 'Warning', reason, note: message }));
}

function limitEvent({ reason, message, from, to }: Limit): EventNote[] {
  const type = news[reason];
  const note = from === to ? message : `${from} to ${to}: ${message}`;
  return type ? [{ type, reason, note }] : [];
}
