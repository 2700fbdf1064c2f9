/** Ghosts: backends that outlive their pooler. Only PostgreSQL says when they are gone. */
import type { Ghost } from '../api/budget-status.ts';
import type { Evidence, Observation } from './observation.ts';

/** A backend that is still logging in is in no view: nothing is believed before such a login is over. */
const settleMs = 2000;

/**
 * Ghosts after the evidence: those of one address hold together no more than the backends from there that no living
 * pooler owns up to. A ghost without an address never reached PostgreSQL.
 */
export function believe(ghosts: readonly Ghost[], seen: Observation): readonly Ghost[] {
  const { evidence } = seen;
  if (!evidence) return ghosts;
  const left = orphans(seen, evidence);
  return ghosts.flatMap((ghost) => {
    if (evidence.askedAtMs - Date.parse(ghost.since) < settleMs) return [ghost];
    const connections = Math.min(ghost.connections, left.get(ghost.address) ?? 0);
    left.set(ghost.address, (left.get(ghost.address) ?? 0) - connections);
    return connections === 0 ? [] : [{ ...ghost, connections }];
  });
}

/** By address, the backends that are no server of a pooler that answered. */
function orphans({ pods, readings }: Observation, { backends }: Evidence): Map<string, number> {
  const owned = new Set(
    pods.flatMap(({ uid, address }) =>
      (readings.get(uid)?.serverPids ?? []).map((pid) => `${address} ${pid}`),
    ),
  );
  const counts = new Map<string, number>();
  for (const { address, pid } of backends) {
    if (!owned.has(`${address} ${pid}`)) counts.set(address, (counts.get(address) ?? 0) + 1);
  }
  return counts;
}
