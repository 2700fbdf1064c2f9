/** Adaptive memory as status keeps it: rows of numbers instead of objects, the ring left out. */
import type { WrittenAdaptiveMemory } from '../../api/adaptive-memory.ts';
import type { AdaptiveMemory, KeptMemory } from './memory.ts';
import { EMPTY_RING } from './ring.ts';

/** `readAdaptiveMemory` is its inverse but for the ring, exactly. */
export function writeAdaptiveMemory({ kept }: AdaptiveMemory): WrittenAdaptiveMemory {
  const { cost, records, hold, minute } = kept;
  const { trend, day, week } = records;
  return {
    loads: kept.loads.timesMs.map((atMs, index) => [atMs, kept.loads.loads[index] ?? 0]),
    forecasts: kept.forecasts.map((row) => [...row]),
    levelErrors: [...kept.levelErrors],
    records: [trend, day, week].flatMap(({ hit, square }) => [hit, square]),
    variance: kept.variance,
    meanOwn: cost.meanOwn,
    meanShadow: cost.meanShadow,
    gain: cost.gain,
    shadowReplicas: cost.shadow.replicas,
    shadowAt: cost.shadow.lastSyncMs,
    shadowProposals: cost.shadow.proposals.map(({ atMs, replicas }) => [atMs, replicas]),
    needs: hold.needs.map(({ atMs, need }) => [atMs, need]),
    freshSince: hold.freshSinceMs,
    minute: [minute.minute, minute.highest],
  };
}

/** Memory with an empty ring: its seasons come from history, or grow again. */
export function readAdaptiveMemory(written: WrittenAdaptiveMemory): AdaptiveMemory {
  const [minute = 0, highest = 0] = written.minute;
  const proposals = written.shadowProposals.map(([atMs = 0, replicas = 0]) => ({ atMs, replicas }));
  const kept = {
    loads: {
      timesMs: written.loads.map(([atMs = 0]) => atMs),
      loads: written.loads.map(([, load = 0]) => load),
    },
    forecasts: written.forecasts,
    levelErrors: written.levelErrors,
    records: recordsOf(written.records),
    variance: written.variance,
    cost: {
      meanOwn: written.meanOwn,
      meanShadow: written.meanShadow,
      gain: written.gain,
      shadow: { replicas: written.shadowReplicas, lastSyncMs: written.shadowAt, proposals },
    },
    hold: {
      needs: written.needs.map(([atMs = 0, need = 0]) => ({ atMs, need })),
      freshSinceMs: written.freshSince,
    },
    minute: { minute, highest },
  };
  return { kept, ring: EMPTY_RING };
}

function recordsOf(numbers: readonly number[]): KeptMemory['records'] {
  const [trendHit = 0, trendSquare = 0, dayHit = 0, daySquare = 0, ...week] = numbers;
  const [weekHit = 0, weekSquare = 0] = week;
  return {
    trend: { hit: trendHit, square: trendSquare },
    day: { hit: dayHit, square: daySquare },
    week: { hit: weekHit, square: weekSquare },
  };
}
