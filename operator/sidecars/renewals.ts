/** Have poolers read their files again after a Secret changed: a floor, a password, a certificate. */
import { idOf, type Key } from '../kubernetes/collection.ts';
import type { PgbouncerPoolers } from '../pgbouncer/poolers.ts';
import type { PodSeen } from '../pooling/observation.ts';

/**
 * How long after the Secret was written, milliseconds. The kubelet says nobody when it has brought a Secret to a pod, and takes
 * up to two minutes by default; files that are still the old ones are read to no harm.
 */
const afterMs = [60_000, 150_000, 300_000];
const retryMs = 10_000;

export interface RenewalsOptions {
  readonly poolers: PgbouncerPoolers;
  readonly isLeading: () => boolean;
  readonly wallMs: () => number;
  readonly onTrouble: (pod: string, error: unknown) => void;
}

export interface Renewals {
  /** Note when the files of a profile's poolers were written, milliseconds since the epoch. */
  readonly note: (profile: Key, writtenMs: number) => void;
  /**
   * Renew the poolers for which it is time. Never throws. Not to be called during a rebalance: reading the files takes
   * limits back to the floor for a moment.
   */
  readonly run: (namespace: string, pods: readonly PodSeen[]) => Promise<void>;
}

/**
 * Whether a pooler should read its files now.
 *
 * @param renewedMs when it did last, as far as this operator knows; so a new leader tells each pooler once more
 */
export function isRenewalDue(
  { writtenMs, renewedMs = 0 }: { writtenMs: number; renewedMs: number | undefined },
  nowMs: number,
): boolean {
  return afterMs
    .map((delayMs) => writtenMs + delayMs)
    .some((dueMs) => renewedMs < dueMs && dueMs <= nowMs);
}

interface Files {
  readonly writtenMs: number;
  /** By the pod's UID. */
  readonly pods: Map<string, Told>;
}

interface Told {
  readonly renewedMs: number | undefined;
  /** After a failure. */
  readonly retryAtMs: number;
}

export function createRenewals(options: RenewalsOptions): Renewals {
  const { poolers, isLeading, wallMs, onTrouble } = options;
  const filesOf = new Map<string, Files>();

  async function renew(namespace: string, pod: PodSeen, told: Told | undefined): Promise<Told> {
    const { uid, name, address } = pod;
    const nowMs = wallMs();
    try {
      const pooler = await poolers.connect({ uid, namespace, name, address });
      try {
        if (!isLeading()) throw new Error('the lease was lost before the pooler was told');
        await pooler.renew();
        return { renewedMs: nowMs, retryAtMs: 0 };
      } finally {
        pooler.close();
      }
    } catch (error) {
      onTrouble(name, error);
      return { renewedMs: told?.renewedMs, retryAtMs: nowMs + retryMs };
    }
  }

  return {
    note: (profile, writtenMs) => {
      const pods = filesOf.get(idOf(profile))?.pods ?? new Map();
      filesOf.set(idOf(profile), { writtenMs, pods });
    },
    run: async (namespace, pods) => {
      const uids = new Set(pods.map(({ uid }) => uid));
      for (const profile of new Set(pods.map((pod) => pod.profile))) {
        const known = filesOf.get(idOf({ namespace, name: profile }))?.pods;
        for (const uid of known?.keys() ?? []) if (!uids.has(uid)) known?.delete(uid);
      }
      const renewing = pods.map(async (pod) => {
        const files = filesOf.get(idOf({ namespace, name: pod.profile }));
        const told = files?.pods.get(pod.uid);
        if (!files || !isAsked(pod) || wallMs() < (told?.retryAtMs ?? 0)) return;
        const { writtenMs } = files;
        if (!isRenewalDue({ writtenMs, renewedMs: told?.renewedMs }, wallMs())) return;
        files.pods.set(pod.uid, await renew(namespace, pod, told));
      });
      await Promise.all(renewing);
    },
  };
}

/** Whether it has a pooler that can be spoken to and will be there for a while. */
function isAsked({ pooler, address, isTerminating }: PodSeen): boolean {
  return pooler !== undefined && pooler.containerId !== '' && address !== '' && !isTerminating;
}
