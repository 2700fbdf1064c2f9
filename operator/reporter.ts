/** The last step of a pass: status when it is worth a write, events when there is news, gauges always. */
import type { StatusBody } from './api/status.ts';
import type { Events, Happening } from './kubernetes/events.ts';
import type { Profiles, StoredProfile } from './kubernetes/profiles.ts';
import type { Log } from './log.ts';
import type { Metrics } from './metrics.ts';
import type { Known } from './recall.ts';
import { hasUnsavedMemory, type Worth, worthOf } from './report.ts';
import { noMemory } from './scaling/memory.ts';
import { comparable } from './scaling/same-memory.ts';
import { writeMemory } from './scaling/written-memory.ts';
import { createSlots } from './slots.ts';

interface Reporting {
  readonly profiles: Profiles;
  readonly events: Events;
  readonly metrics: Metrics;
  readonly log: Log;
  readonly isLeading: () => boolean;
  readonly wallMs: () => number;
  /** Whether the scale of any target is being written. */
  readonly isScaling: () => boolean;
}

/** Few at a time, and one beside writes of scales: when much happens at once, pods come before what is told of them. */
const reportsAtOnce = 8;

export interface Reporter {
  /**
   * Report `status` of the object as it was read, with what is remembered by then.
   *
   * @returns whether it was written
   * @throws ApiError with code 409 if the object changed since then
   */
  readonly report: (
    stored: StoredProfile,
    known: Known,
    status: StatusBody,
    news: readonly Happening[],
  ) => Promise<boolean>;
  /**
   * Write what a restart would miss, now, as far as the lease lasts. Never throws: the next leader then holds a little
   * longer.
   */
  readonly flush: (all: readonly Known[]) => Promise<void>;
}

export function createReporter(reporting: Reporting): Reporter {
  const { profiles, events, metrics, log, isLeading, wallMs, isScaling } = reporting;
  const slots = createSlots(() => (isScaling() ? 1 : reportsAtOnce));

  async function write(
    stored: StoredProfile,
    known: Known,
    status: StatusBody,
    reason: Worth | 'end',
  ): Promise<void> {
    if (!isLeading()) throw new Error('the lease was lost before the status was written');
    const { memory } = known;
    const kept = memory === noMemory ? {} : { memory: writeMemory(memory) };
    stored.resourceVersion = await profiles.applyStatus(stored, { ...status, ...kept });
    known.written = { status, memory: comparable(memory), atMs: wallMs() };
    metrics.statusWrites.inc({ reason });
  }

  async function save(known: Known): Promise<void> {
    const { latest, written, memory } = known;
    if (!latest || !written || !hasUnsavedMemory(written, memory)) return;
    const free = await slots.take();
    try {
      await write(latest.stored, known, latest.status, 'end');
    } finally {
      free();
    }
  }

  /** An event is only news: a lost one must not repeat a pass. */
  async function tell(stored: StoredProfile, happening: Happening): Promise<void> {
    if (!isLeading()) return;
    await events.create(stored, happening, wallMs()).catch((error: unknown) => {
      log.warn({ profile: stored.key, happening, error }, 'event not created');
    });
  }

  return {
    report: async (stored, known, status, news) => {
      known.latest = { stored, status };
      const worth = worthOf(known.written, { status, memory: known.memory }, wallMs());
      if (!worth && news.length === 0) return false;
      const free = await slots.take();
      try {
        if (worth) await write(stored, known, status, worth);
        for (const happening of news) await tell(stored, happening);
      } finally {
        free();
      }
      return worth !== undefined;
    },
    flush: async (all) => {
      const written = await Promise.allSettled(all.map(save));
      const failed = written.filter((each) => each.status === 'rejected');
      if (failed.length === 0) return;
      const error: unknown = failed[0]?.reason;
      log.warn({ profiles: failed.length, error }, 'memory not written at the end');
    },
  };
}
