/** Who keeps a pooler from shrinking: the oldest transaction of each pod that holds more than its target. */
import type { Ledger } from '../api/budget-status.ts';
import type { Observation } from './observation.ts';
import type { Backend } from './ports.ts';
import type { Targets } from './targets.ts';

/** One text for each pod, such as `web-1 holds 9 of 4, oldest transaction in backend 4711`. */
export function holders(
  { leases }: Ledger,
  { limits }: Targets,
  { readings, evidence }: Observation,
): readonly string[] {
  return leases.flatMap(({ uid, pod, address }) => {
    const reading = readings.get(uid);
    const target = limits.get(uid);
    if (!reading || target === undefined || reading.current <= target) return [];
    const own = (evidence?.backends ?? []).filter(
      (backend) => backend.address === address && reading.serverPids.includes(backend.pid),
    );
    const oldest = own.reduce<Backend | undefined>(older, undefined);
    const who = oldest ? `, oldest transaction in backend ${oldest.pid}` : '';
    return [`${pod} holds ${reading.current} of ${target}${who}`];
  });
}

function older(oldest: Backend | undefined, backend: Backend): Backend | undefined {
  if (backend.transactionSeconds === undefined) return oldest;
  return backend.transactionSeconds > (oldest?.transactionSeconds ?? -1) ? backend : oldest;
}
