/** What to tell each pooler, after the ledger was stored. */
import type { Lease, Ledger } from '../api/budget-status.ts';
import type { PoolerReading } from './ports.ts';
import type { Targets } from './targets.ts';

/** For one pooler, in this order; what is undefined is left as it is. */
export interface Command {
  readonly uid: string;
  /** The container that the command was decided for. */
  readonly containerId: string;
  readonly limit: number | undefined;
  readonly lifetime: 'short' | 'restore' | undefined;
}

/**
 * The limit that each pooler should have, never above its lease. While it holds more connections than that its servers
 * are retired as their transactions end; below, the lifetime is restored, also where an earlier operator left it short.
 *
 * @param ledger as it is stored when the commands are carried out
 */
export function commandsFor(
  ledger: Ledger,
  readings: ReadonlyMap<string, PoolerReading>,
  targets: Targets,
): readonly Command[] {
  return ledger.leases.flatMap((lease) => {
    const reading = readings.get(lease.uid);
    const command = reading && commandFor(lease, reading, targets.limits.get(lease.uid));
    return command && (command.limit !== undefined || command.lifetime) ? [command] : [];
  });
}

function commandFor(
  { uid, containerId, connections }: Lease,
  { limit, current, isRetiring }: PoolerReading,
  target = limit,
): Command {
  const wanted = Math.min(target, connections);
  const isOver = current > wanted;
  return {
    uid,
    containerId,
    limit: wanted === limit ? undefined : wanted,
    lifetime: isOver === isRetiring ? undefined : isOver ? 'short' : 'restore',
  };
}
