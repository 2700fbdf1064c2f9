/** What is told of a pass that carried its decision out: status and events, gauges and a log line. */

import type { Decision } from './api/decision.ts';
import type { ProfileSpec } from './api/profile.ts';
import type { Account } from './budgets/account.ts';
import { type Rival, rivalSentence } from './claims.ts';
import type { Happening } from './kubernetes/events.ts';
import type { StoredProfile } from './kubernetes/profiles.ts';
import { lastConditions, statusOf } from './profile-status.ts';
import type { Known } from './recall.ts';
import type { Finding } from './scaling/conditions.ts';
import { eventsOf } from './scaling/events.ts';
import { warning } from './trouble.ts';
import type { World } from './world.ts';

/** A profile in a pass. */
export interface Passing {
  readonly stored: StoredProfile;
  readonly spec: ProfileSpec;
  readonly known: Known;
  /** Another profile with the same target, which does not act. */
  readonly rival: Rival | undefined;
  /** With its connection budget. */
  readonly account: Account | undefined;
  /** The condition of its sidecars. */
  readonly sidecars: Finding | undefined;
}

export async function tell(world: World, passing: Passing, decision: Decision): Promise<void> {
  const { stored, known } = passing;
  const troubles = troublesOf(passing);
  const sidecars = passing.sidecars ? [passing.sidecars] : [];
  const found = [...troubles, ...sidecars];
  const status = statusOf(stored, known, decision, found, world.wallMs());
  const wrong = sidecars.filter((finding) => finding.status === 'False');
  const news = [
    ...eventsOf(known.decision, decision),
    ...newsOf(troubles, known),
    ...newsOf(wrong, known),
  ];
  known.decision = decision;
  const { currentReplicas, desiredReplicas } = decision;
  const labels = { namespace: stored.key.namespace, profile: stored.key.name };
  world.metrics.currentReplicas.set(labels, currentReplicas);
  world.metrics.desiredReplicas.set(labels, desiredReplicas);
  const wroteStatus = await world.reporter.report(stored, known, status, news);
  const level = wroteStatus || currentReplicas !== desiredReplicas ? 'info' : 'debug';
  world.log[level]({ profile: stored.key, decision, wroteStatus }, 'pass');
}

/** What is wrong although the profile is followed; the first is in its conditions. */
function troublesOf({ spec, rival, account }: Passing): readonly Finding[] {
  const problem = account?.problem();
  const found = [
    ...(rival ? [{ reason: 'AmbiguousTarget', message: rivalSentence(spec, rival) }] : []),
    ...(problem === undefined ? [] : [{ reason: 'BudgetUnavailable', message: problem }]),
  ];
  return found.map(({ reason, message }) => {
    return { type: 'Ready', status: 'False', reason, message: message.slice(0, 2000) };
  });
}

function newsOf(troubles: readonly Finding[], known: Known): readonly Happening[] {
  const before = lastConditions(known);
  return troubles
    .slice(0, 1)
    .filter(({ reason }) => !before.some((condition) => condition.reason === reason))
    .map(({ reason, message }) => warning(reason, message));
}
