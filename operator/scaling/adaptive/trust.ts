/** How far each forecaster of rises is believed: the share of its rises that came true. */
import { decay } from './ewma.ts';
import { RISE_KINDS, type RiseKind, type Rises } from './rise.ts';

const HALF_LIFE_SECONDS = 3 * 86_400;
const LEAST_TRUST: Rises = { trend: 0.2, day: 0.3, week: 0.3 };

/** Both exponentially weighted over the passes that foresaw a rise. */
export interface TrackRecord {
  /** Foreseen rise times what really rose. */
  readonly hit: number;
  /** Foreseen rise squared. */
  readonly square: number;
}
export type Records = { readonly [kind in RiseKind]: TrackRecord };

const NO_RECORD: TrackRecord = { hit: 0, square: 0 };
export const NO_RECORDS: Records = { trend: NO_RECORD, day: NO_RECORD, week: NO_RECORD };

/** The records after the load rose by `rose` (below 0: fell) over the horizon of `foreseen`. */
export function scoreRises(
  records: Records,
  foreseen: Rises,
  rose: number,
  stepSeconds: number,
): Records {
  const weight = decay(stepSeconds, HALF_LIFE_SECONDS);
  const score = (kind: RiseKind): TrackRecord => {
    const rise = foreseen[kind];
    const { hit, square } = records[kind];
    if (rise <= 0) return records[kind];
    return { hit: weight * hit + rise * rose, square: weight * square + rise * rise };
  };
  return { trend: score('trend'), day: score('day'), week: score('week') };
}

/** `clamp(hit / square, 0, 1)`: 0 without a record, and below the least trust worth having. */
export function trustIn(records: Records, kind: RiseKind): number {
  const { hit, square } = records[kind];
  const trust = square > 0 ? Math.min(1, Math.max(0, hit / square)) : 0;
  return trust < LEAST_TRUST[kind] ? 0 : trust;
}

/** What is added to the level, why, and how far that was believed. */
export interface Addition {
  readonly load: number;
  readonly kind: RiseKind;
  /** 0 to 1. */
  readonly trust: number;
}

/** The largest believed rise, at most ten replicas' capacity or the load itself, whichever is more. */
export function believedRise(
  records: Records,
  rises: Rises,
  load: number,
  capacityPerReplica: number,
): Addition {
  const most = Math.max(10 * capacityPerReplica, load);
  const believed = RISE_KINDS.map((kind): Addition => {
    const trust = trustIn(records, kind);
    return { kind, trust, load: Math.min(trust * rises[kind], most) };
  });
  return believed.reduce((best, next) => (next.load > best.load ? next : best));
}
