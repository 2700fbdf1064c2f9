/** What the leader knows of a profile between two passes, taken up from its status when the term begins. */
import type { Decision } from './api/decision.ts';
import { type StatusBody, statusSchema } from './api/status.ts';
import type { StoredProfile } from './kubernetes/profiles.ts';
import type { Written } from './report.ts';
import { type LeadTimes, readLeadTimes } from './scaling/lead-time.ts';
import { type Memory, noMemory, resume } from './scaling/memory.ts';
import { comparable } from './scaling/same-memory.ts';
import { readMemory } from './scaling/written-memory.ts';

/** A change of the target's replicas that was asked for. */
export interface ScaleWrite {
  /** Of the target. */
  readonly uid: string;
  readonly from: number;
  readonly to: number;
  readonly atMs: number;
}

export interface Known {
  readonly uid: string;
  memory: Memory;
  decision: Decision | undefined;
  /** When to ask Prometheus for its history; infinite once that was done. */
  historyAtMs: number;
  lastScaleTime: string | undefined;
  leadTimes: LeadTimes;
  /** The last pass's write, if the API server did not say whether it was made. */
  unanswered: ScaleWrite | undefined;
  /** undefined: never, or it cannot be read. */
  written: Written | undefined;
  /** The newest status, written or not, and the object that it belongs to. */
  latest: { readonly stored: StoredProfile; readonly status: StatusBody } | undefined;
}

/**
 * Begin with a profile where its status ends. A status that somebody spoiled counts as none: the next decision is
 * a cold start, in which nothing falls.
 */
export function recall(stored: StoredProfile, nowMs: number): Known {
  const parsed = statusSchema.safeParse(stored.status);
  const { memory: kept, ...body } = parsed.data ?? {};
  const status = parsed.success ? body : undefined;
  const memory = kept ? readMemory(kept) : noMemory;
  return {
    uid: stored.uid,
    memory: kept ? resume(memory, nowMs) : noMemory,
    decision: status?.decision,
    historyAtMs: 0,
    lastScaleTime: status?.lastScaleTime,
    leadTimes: readLeadTimes(status ?? {}),
    unanswered: undefined,
    written: status && { status, memory: comparable(memory), atMs: nowMs },
    latest: undefined,
  };
}
