/** A decision as it is recorded: what was seen, what each signal asked for, each limit, and all of it in one sentence. */
import type { Decision, ForeignChange, Limit, Proposal, Watch } from '../api/decision.ts';
import type { ProfileSpec } from '../api/profile.ts';
import type { Combined } from './combine.ts';
import { changeSentence } from './foreign.ts';
import { iso } from './iso.ts';
import type { Limited } from './limit.ts';
import type { Observation } from './observation.ts';
import { rounded, type Signal } from './signal.ts';

/** What a pass came to, step by step. */
export interface Judged {
  readonly signals: readonly Signal[];
  /** With the floors and caps of schedules. */
  readonly combined: Combined;
  readonly limited: Limited;
  readonly watches: readonly Watch[];
  /** Of the last ten minutes. */
  readonly foreign: readonly ForeignChange[];
}

/** The record of one pass: complete enough that an explanation needs nothing else. */
export function recordOf(
  spec: ProfileSpec,
  { nowMs, currentReplicas, readyReplicas }: Observation,
  { signals, combined, limited, watches, foreign }: Judged,
): Decision {
  const { proposed, winner } = combined;
  const desiredReplicas = limited.replicas;
  const at = iso(nowMs);
  const noticed = foreign
    .filter((change) => change.at === at)
    .map((change): Limit => {
      return {
        reason: 'ForeignWriter',
        from: proposed,
        to: proposed,
        message: changeSentence(change),
      };
    });
  const limits = [...noticed, ...combined.limits, ...limited.limits];
  const proposals = signals.map(proposalOf);
  const nextChangeAt = limits.flatMap(({ until }) => until ?? []).toSorted()[0];
  return {
    at,
    mode: spec.mode,
    currentReplicas,
    readyReplicas,
    proposedReplicas: proposed,
    desiredReplicas,
    ...(winner !== undefined && { winner }),
    reason: limits.at(-1)?.reason ?? 'DesiredWithinRange',
    message: sentence(desiredReplicas, proposals, winner, limits),
    proposals,
    ...(watches.length > 0 && { watches: [...watches] }),
    limits,
    ...(foreign.length > 0 && { foreignChanges: [...foreign] }),
    ...(nextChangeAt !== undefined && { nextChangeAt }),
  };
}

/** A decision that is limited once more, after it was made. */
export function limitFurther(decision: Decision, limit: Limit): Decision {
  const { proposals, winner } = decision;
  const limits = [...decision.limits, limit];
  const { to: desiredReplicas, reason } = limit;
  const message = sentence(desiredReplicas, proposals, winner, limits);
  return { ...decision, desiredReplicas, reason, message, limits };
}

/** What a server says may be long; status is not. */
function proposalOf({ name: metric, source, ...signal }: Signal): Proposal {
  const { replicas, need, reading, message: said } = signal;
  const name = { name: metric, ...(source && { source }) };
  const message = said.slice(0, 1024);
  const known = replicas === undefined ? {} : { replicas };
  if (reading.status === 'failed') return { ...name, ...known, failed: reading.reason, message };
  const at = iso(reading.atMs);
  const exact = need === undefined ? {} : { need: rounded(need) };
  return { ...name, ...known, ...exact, value: reading.value, at, message };
}

function sentence(
  desiredReplicas: number,
  proposals: readonly Proposal[],
  winner: string | undefined,
  limits: readonly Limit[],
): string {
  const won = proposals.find(({ name }) => name === winner);
  const asked = won ? `${won.name} asks for ${won.replicas} (${won.message})` : 'no metric asks';
  const steps = limits.map(({ reason, from, to, message }) =>
    from === to ? `${reason}: ${message}` : `${reason} ${from} to ${to}: ${message}`,
  );
  return [`${desiredReplicas} replicas: ${asked}`, ...steps].join('; ').slice(0, 1024);
}
