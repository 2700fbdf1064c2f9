/** COST: a governor that steers pod-hours towards a ratio of what an HPA would hold on the same readings. */
import { blend, decay } from './ewma.ts';
import { loadAt, QUERY_WINDOW_SECONDS, type SeenLoads } from './loads.ts';

const HALF_LIFE_SECONDS = 86_400;
const GAIN_PER_DAY = 3;
const MOST_GAIN = 0.25;

const HPA_SYNC_MS = 15_000;
const HPA_LAG_MS = 15_000;
const HPA_HOLD_MS = 300_000;
const HPA_UTILIZATION = 0.7;
const HPA_TOLERANCE = 0.1;
/** So that a quotient a rounding error above a whole number stays at it. */
const EPSILON = 1e-12;

/** The HPA that is only reckoned with: 15 s sync, 60 s window, 15 s lag, 300 s hold, default policies. */
interface Shadow {
  readonly replicas: number;
  readonly lastSyncMs: number;
  /** What it would have liked in the last 300 s, both ends included, and a later one has not reached: ever fewer. */
  readonly proposals: readonly { readonly atMs: number; readonly replicas: number }[];
}

export interface CostMemory {
  readonly shadow: Shadow;
  /** Mean own replicas, half-life 24 h. */
  readonly meanOwn: number;
  /** Mean replicas of the shadow, half-life 24 h. */
  readonly meanShadow: number;
  /** Exponent of the factor on the load to prepare for, -0.25 to 0.25. */
  readonly gain: number;
}

export interface CostSettings {
  readonly costRatio: number;
  readonly capacityPerReplica: number;
  readonly syncPeriodSeconds: number;
  readonly minReplicas: number;
  readonly maxReplicas: number;
}

export interface CostView {
  readonly nowMs: number;
  /** Age of the newest sample. */
  readonly lagSeconds: number;
  readonly currentReplicas: number;
  readonly loads: SeenLoads;
}

/** Before the first pass: both means start from `minReplicas`. */
export function noCost({ minReplicas }: CostSettings): CostMemory {
  const shadow = { replicas: minReplicas, lastSyncMs: -HPA_SYNC_MS, proposals: [] };
  return { shadow, meanOwn: minReplicas, meanShadow: minReplicas, gain: 0 };
}

/** `gain += 3 (costRatio - meanOwn / meanShadow) T / 1 day`, within its bounds; nothing while both are 0. */
export function governCost(memory: CostMemory, view: CostView, settings: CostSettings): CostMemory {
  const shadow = syncShadow(memory.shadow, view, settings);
  const weight = decay(settings.syncPeriodSeconds, HALF_LIFE_SECONDS);
  const meanOwn = blend(memory.meanOwn, view.currentReplicas, weight);
  const meanShadow = blend(memory.meanShadow, shadow.replicas, weight);
  const excess = meanShadow > 0 ? settings.costRatio - meanOwn / meanShadow : 0;
  const gain = memory.gain + (GAIN_PER_DAY * excess * settings.syncPeriodSeconds) / 86_400;
  return { shadow, meanOwn, meanShadow, gain: Math.min(MOST_GAIN, Math.max(-MOST_GAIN, gain)) };
}

/** One sync of the shadow, if a new quarter of a minute has begun. */
function syncShadow(shadow: Shadow, view: CostView, settings: CostSettings): Shadow {
  const { nowMs } = view;
  if (Math.floor(nowMs / HPA_SYNC_MS) === Math.floor(shadow.lastSyncMs / HPA_SYNC_MS))
    return shadow;
  const wanted = proposeAsHpa(shadow.replicas, view, settings.capacityPerReplica);
  const more = shadow.proposals.filter(
    ({ atMs, replicas }) => atMs >= nowMs - HPA_HOLD_MS && replicas > wanted,
  );
  const proposals = [...more, { atMs: nowMs, replicas: wanted }];
  const limited = limitAsHpa(shadow.replicas, wanted, proposals);
  const replicas = Math.min(settings.maxReplicas, Math.max(settings.minReplicas, limited));
  return { replicas, lastSyncMs: nowMs, proposals };
}

function proposeAsHpa(replicas: number, view: CostView, capacityPerReplica: number): number {
  const target = HPA_UTILIZATION * capacityPerReplica;
  const load = loadAsHpa(view);
  const ratio = replicas > 0 ? load / (target * replicas) : Infinity;
  if (ratio >= 1 - HPA_TOLERANCE && ratio <= 1 + HPA_TOLERANCE) return replicas;
  return Math.ceil(load / target - EPSILON);
}

/** Mean over the 60 s that ended 15 s ago: of two of our query windows, which end `lagSeconds` before their pass. */
function loadAsHpa({ nowMs, lagSeconds, loads }: CostView): number {
  const endMs = nowMs - Math.max(0, HPA_LAG_MS - lagSeconds * 1000);
  const late = loadAt(loads, endMs) ?? loads.loads[0] ?? 0;
  return (late + (loadAt(loads, endMs - QUERY_WINDOW_SECONDS * 1000) ?? late)) / 2;
}

/** Down: not below the highest proposal of 300 s; up: four more or twice as many. */
function limitAsHpa(replicas: number, wanted: number, proposals: Shadow['proposals']): number {
  if (wanted < replicas) {
    const highest = proposals.reduce((most, past) => Math.max(most, past.replicas), 0);
    return Math.min(replicas, highest);
  }
  return Math.min(wanted, Math.max(replicas + 4, 2 * replicas));
}
