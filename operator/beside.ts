/** The readings beside those of the metrics: of bursts, guards and schedules by query. */
import { burstMetrics } from './api/burst.ts';
import type { Guard } from './api/guard.ts';
import type { ProfileSpec } from './api/profile.ts';
import { isByQuery } from './api/schedule.ts';
import type { Prometheus, ReadOptions } from './prometheus/client.ts';
import type { GuardReadings, Observation } from './scaling/observation.ts';
import type { Reading } from './scaling/reading.ts';

type BesideReadings = Pick<Observation, 'burstReadings' | 'guardReadings' | 'scheduleReadings'>;

/** Ask for all of them at the same time; what the profile has none of is left out. */
export async function readBeside(
  prometheus: Prometheus,
  { burst, guard, schedules, metrics }: ProfileSpec,
  options: ReadOptions,
): Promise<BesideReadings> {
  const floors = schedules.filter(isByQuery);
  const [burstReadings, guardReadings, scheduleReadings] = await Promise.all([
    burst &&
      byName(burstMetrics(metrics), ({ prometheus: { query, burstQuery } }) =>
        prometheus.read(burstQuery ?? query, { ...options, windowSeconds: burst.windowSeconds }),
      ),
    guard.length > 0 ? byName(guard, (one) => readGuard(prometheus, one, options)) : undefined,
    floors.length > 0 ? byName(floors, ({ query }) => prometheus.read(query, options)) : undefined,
  ]);
  return {
    ...(burstReadings && { burstReadings }),
    ...(guardReadings && { guardReadings }),
    ...(scheduleReadings && { scheduleReadings }),
  };
}

async function readGuard(
  prometheus: Prometheus,
  { query, unless }: Guard,
  options: ReadOptions,
): Promise<GuardReadings> {
  const [value, elsewhere] = await Promise.all([
    prometheus.read(query, options),
    unless === undefined ? undefined : prometheus.holds(unless, options),
  ]);
  return { value, ...(elsewhere && { unless: elsewhere }) };
}

async function byName<Named extends { readonly name: string }, Value>(
  list: readonly Named[],
  read: (named: Named) => Promise<Value>,
): Promise<Readonly<Record<string, Value>>> {
  const entries = list.map(async (named) => [named.name, await read(named)] as const);
  return Object.fromEntries(await Promise.all(entries));
}

/** All of them in one list. */
export function besides({
  burstReadings = {},
  guardReadings = {},
  scheduleReadings = {},
}: BesideReadings): readonly (Reading | undefined)[] {
  const guards = Object.values(guardReadings).flatMap(({ value, unless }) => [value, unless]);
  return [...Object.values(burstReadings), ...guards, ...Object.values(scheduleReadings)];
}
