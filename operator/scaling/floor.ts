/** Floors from metrics known ahead of time, and for how long the last good one stands when its query fails. */
import type { Watch } from '../api/decision.ts';
import type { ProfileSpec } from '../api/profile.ts';
import { isByQuery } from '../api/schedule.ts';
import type { WrittenMemory } from '../api/status.ts';
import { iso } from './iso.ts';
import type { Observation } from './observation.ts';
import { judgeReading, type Reading, unread } from './reading.ts';
import { mostReplicas, roundUp } from './replicas.ts';
import type { Timed } from './schedule.ts';

/** The last good floor of a schedule. */
export interface FloorMemory {
  readonly replicas: number;
  /** Since when its query has failed; undefined while it answers. */
  readonly failedSinceMs?: number;
}

/** By schedule name. */
export type FloorMemories = Readonly<Record<string, FloorMemory>>;

export interface Floors {
  readonly floors: readonly Timed[];
  readonly watches: readonly Watch[];
  readonly memory: FloorMemories;
}

/** The floors that the queries of the profile's schedules ask for in this pass. */
export function judgeFloors(
  { schedules, fallback }: ProfileSpec,
  { nowMs, scheduleReadings }: Observation,
  past: FloorMemories,
): Floors {
  const judged = schedules.filter(isByQuery).map(({ name }) => {
    const read = scheduleReadings?.[name] ?? unread;
    const reading = judgeReading(read, fallback.staleAfterSeconds, nowMs);
    return { name, ...floorOf(reading, past[name], fallback.failureSeconds, nowMs) };
  });
  return {
    floors: judged.flatMap(({ name, floor }) =>
      floor === undefined ? [] : { name, replicas: floor },
    ),
    watches: judged.map(({ name, watch }) => ({ kind: 'Schedule', name, ...watch })),
    memory: Object.fromEntries(
      judged.flatMap(({ name, memory }) => (memory ? [[name, memory] as const] : [])),
    ),
  };
}

interface JudgedFloor {
  readonly floor?: number;
  readonly watch: Omit<Watch, 'kind' | 'name'>;
  readonly memory?: FloorMemory;
}

function floorOf(
  reading: Reading,
  last: FloorMemory | undefined,
  failureSeconds: number,
  nowMs: number,
): JudgedFloor {
  if (reading.status === 'ok') {
    const { value, atMs } = reading;
    const replicas = Math.min(mostReplicas, roundUp(value));
    const at = iso(atMs);
    const watch = { state: 'Floor', value, at, message: `a floor of ${replicas}` } as const;
    return { floor: replicas, watch, memory: { replicas } };
  }
  const { reason: failed, message: said } = reading;
  const failure = said.slice(0, 500);
  if (!last) {
    const message = `${failure}; no earlier floor, so none`;
    return { watch: { state: 'Ignored', failed, message } };
  }
  const memory = { ...last, failedSinceMs: last.failedSinceMs ?? nowMs };
  const endMs = memory.failedSinceMs + failureSeconds * 1000;
  if (nowMs >= endMs) {
    const message = `${failure}; for ${failureSeconds} s, so its floor of ${last.replicas} is ignored`;
    return { watch: { state: 'Ignored', failed, message }, memory };
  }
  const until = iso(endMs);
  const message = `${failure}; its last floor of ${last.replicas} stands until ${until}`;
  return { floor: last.replicas, watch: { state: 'Standing', failed, message }, memory };
}

export function writeFloor({ replicas, failedSinceMs }: FloorMemory) {
  return { replicas, ...(failedSinceMs !== undefined && { failedSince: iso(failedSinceMs) }) };
}

export function readFloor({ replicas, failedSince }: WrittenMemory['floors'][string]): FloorMemory {
  return {
    replicas,
    ...(failedSince !== undefined && { failedSinceMs: Date.parse(failedSince) }),
  };
}
