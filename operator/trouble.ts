/** A profile that cannot be followed: said in its conditions, and once in an event. */
import type { Decision } from './api/decision.ts';
import type { StatusBody } from './api/status.ts';
import type { Happening } from './kubernetes/events.ts';
import type { StoredProfile } from './kubernetes/profiles.ts';
import type { Next } from './loop.ts';
import { lastConditions } from './profile-status.ts';
import type { Known } from './recall.ts';
import { type Finding, mergeConditions } from './scaling/conditions.ts';
import type { World } from './world.ts';

/** How soon such a profile is looked at again, should no doorbell ring. */
const troubledMs = 15_000;

/**
 * Say why nothing can be done; everything else in status stays.
 *
 * @param decision that could not be carried out
 */
export async function reportTrouble(
  world: World,
  stored: StoredProfile,
  known: Known,
  reason: string,
  message: string,
  decision?: Decision,
): Promise<Next> {
  const before = lastConditions(known);
  const type = reason === 'InvalidProfile' ? 'ScalingActive' : 'AbleToScale';
  const cut = message.slice(0, 2000);
  const findings: readonly Finding[] = [
    { type: 'Ready', status: 'False', reason, message: cut },
    { type, status: 'False', reason, message: cut },
  ];
  const { generation } = stored;
  const status: StatusBody = {
    ...(known.latest?.status ?? known.written?.status),
    ...(decision && { decision }),
    observedGeneration: generation,
    conditions: [...mergeConditions(before, findings, world.wallMs(), generation)],
  };
  const isNews = !before.some((condition) => condition.reason === reason);
  await world.reporter.report(stored, known, status, isNews ? [warning(reason, message)] : []);
  if (isNews) world.log.warn({ profile: stored.key, reason, message }, 'profile not followed');
  return { afterMs: troubledMs };
}

export function warning(reason: string, note: string): Happening {
  return { type: 'Warning', reason, note };
}
