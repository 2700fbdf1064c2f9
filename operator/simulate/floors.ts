/** The cron triggers of KEDA: a floor while a window is open, without ramps and without caps. */
import { isByClock, type Schedule } from '../api/schedule.ts';
import { bySchedules } from '../scaling/schedule.ts';

/** The highest floor of the windows open at a time, milliseconds since the epoch; 0 where none is. */
export function cronFloor(schedules: readonly Schedule[]): (atMs: number) => number {
  const windows = schedules.filter(isByClock);
  const floors = windows.flatMap(({ maxReplicas: _, ...schedule }) =>
    schedule.minReplicas === undefined ? [] : [{ ...schedule, rampSeconds: 0 }],
  );
  if (floors.length === 0) return () => 0;
  return (atMs) => bySchedules(0, floors, 0, atMs).replicas;
}
