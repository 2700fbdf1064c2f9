/** Who leads: client-go's leader election over one Lease, judged by this process's own monotonic clock alone. */
import { type LeaseRecord, type LeaseStore, microTime, type StoredLease } from './lease.ts';

export interface Clock {
  /** Milliseconds, never running backwards. */
  readonly monotonicMs: () => number;
  /** Milliseconds since the epoch, for people. */
  readonly wallMs: () => number;
}

export interface Election {
  /**
   * Try once to acquire or renew the lease.
   *
   * @throws Error when the API server does not answer; leadership then lasts until its deadline
   */
  readonly attempt: () => Promise<void>;
  /** Whether this process may write now. Ask before every write: it turns false by the passing of time alone. */
  readonly isLeading: () => boolean;
  /** Until when, by the monotonic clock, without another renewal; 0 if not leading. */
  readonly leadsUntilMs: () => number;
  /** Give the lease up so that the next one need not wait for it to expire. */
  readonly release: () => Promise<void>;
}

export const leaseDurationMs = 15_000;
/** A leader that could not renew for this long stops, 5 s before others may take over. */
export const renewDeadlineMs = 10_000;
export const retryMs = 2000;

/**
 * Expiry is judged by how long ago *this* process saw the lease change, never by the times written in it, so clocks
 * may differ. A renewal counts from before its request was sent: the store may have taken it that early.
 */
export function createElection(store: LeaseStore, identity: string, clock: Clock): Election {
  let seen: StoredLease | undefined;
  let seenAtMs = 0;
  let leadsUntilMs = 0;

  const isLeading = () => clock.monotonicMs() < leadsUntilMs;

  function observe(lease: StoredLease | undefined, atMs: number): void {
    if (lease?.version !== seen?.version) seenAtMs = atMs;
    seen = lease;
  }

  async function write(record: LeaseRecord, startedMs: number): Promise<boolean> {
    const written = await store.put(record, seen?.version);
    if (!written) return false;
    observe(written, startedMs);
    return true;
  }

  function isHeldByAnother(nowMs: number): boolean {
    if (!seen || seen.record.holder === '' || seen.record.holder === identity) return false;
    return nowMs < seenAtMs + seen.record.durationSeconds * 1000;
  }

  /** Write our claim over the lease as last seen. */
  async function claim(): Promise<boolean> {
    const startedMs = clock.monotonicMs();
    if (!(await write(claimOver(seen?.record, identity, clock.wallMs()), startedMs))) return false;
    leadsUntilMs = startedMs + renewDeadlineMs;
    return true;
  }

  return {
    isLeading,
    leadsUntilMs: () => (isLeading() ? leadsUntilMs : 0),
    attempt: async () => {
      // The leader knows the version it wrote, so renewing is one request unless somebody interfered.
      if (isLeading() && (await claim())) return;
      const lease = await store.get();
      const nowMs = clock.monotonicMs();
      observe(lease, nowMs);
      if (isLeading() && lease?.record.holder !== identity) leadsUntilMs = 0;
      if (!isHeldByAnother(nowMs)) await claim();
    },
    release: async () => {
      const wasLeading = isLeading();
      leadsUntilMs = 0;
      if (!wasLeading || !seen) return;
      const now = microTime(clock.wallMs());
      const released = { ...seen.record, holder: '', durationSeconds: 1, renewedAt: now };
      await write(released, clock.monotonicMs());
    },
  };
}

function claimOver(old: LeaseRecord | undefined, holder: string, wallMs: number): LeaseRecord {
  const now = microTime(wallMs);
  const isRenewal = old?.holder === holder;
  return {
    holder,
    durationSeconds: leaseDurationMs / 1000,
    acquiredAt: isRenewal ? old.acquiredAt : now,
    renewedAt: now,
    transitions: isRenewal ? old.transitions : (old?.transitions ?? -1) + 1,
  };
}
