/** FOREIGN WRITERS: a count that neither we nor a pass before left there is somebody else's. Noticed, named, not fought. */
import type { ForeignChange } from '../api/decision.ts';
import { operatorName, type ProfileSpec } from '../api/profile.ts';
import { iso } from './iso.ts';
import type { Memory } from './memory.ts';
import type { Observation } from './observation.ts';

/** How long a foreign change is remembered, and how many: what is older or more tells nothing new. */
const REMEMBERED_MS = 600_000;
const MOST = 10;
/** Changes that undo one another, from which it is a fight. */
const FIGHT = 3;

type Seen = Pick<Observation, 'currentReplicas' | 'changedBy'>;

/**
 * Whether the count was changed since the last pass, and not by us. In mode Observe nothing is ours, so nothing is
 * foreign.
 */
export function isForeign(
  { mode }: Pick<ProfileSpec, 'mode'>,
  { currentReplicas, changedBy }: Seen,
  { replicas }: Pick<Memory, 'replicas'>,
): boolean {
  const isChanged = replicas !== undefined && replicas !== currentReplicas;
  return mode !== 'Observe' && isChanged && changedBy !== operatorName;
}

/** The foreign changes of the last ten minutes, with the one of this pass. */
export function foreignChanges(
  spec: ProfileSpec,
  observation: Observation,
  memory: Memory,
): readonly ForeignChange[] {
  const { nowMs, currentReplicas: to, changedBy: by } = observation;
  const recent = memory.foreign.filter(({ at }) => Date.parse(at) > nowMs - REMEMBERED_MS);
  if (memory.replicas === undefined || !isForeign(spec, observation, memory)) return recent;
  const at = iso(nowMs);
  const change = { at, from: memory.replicas, to, ...(by !== undefined && { by }) };
  return [...recent, change].slice(-MOST);
}

/** One change in words. */
export function changeSentence({ from, to, by }: ForeignChange): string {
  return `replicas were changed from ${from} to ${to} by ${nameOf(by)}, and taken as they are`;
}

/**
 * Whether two writers undo each other's work: of at least three changes, each was followed by a write of ours or by a
 * change the other way.
 */
export function isFight(changes: readonly ForeignChange[]): boolean {
  const undone = changes.filter((change, index) => {
    const next = changes[index + 1];
    if (!next) return false;
    const direction = Math.sign(change.to - change.from);
    return next.from !== change.to || Math.sign(next.to - next.from) !== direction;
  });
  return undone.length >= FIGHT - 1;
}

/** The names of the writers, each once. */
export function writersOf(changes: readonly ForeignChange[]): string {
  return [...new Set(changes.map(({ by }) => nameOf(by)))].join(', ');
}

/** An HPA writes under the name of the process that it lives in. */
function nameOf(by: string | undefined): string {
  if (by === undefined) return 'somebody unknown';
  return by === 'kube-controller-manager' ? `${by} (a HorizontalPodAutoscaler)` : by;
}
