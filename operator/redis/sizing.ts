/** How much memory each Redis sidecar of a profile may use, so that all of them together stay within one budget. Sizes are bytes. */

const mebi = 1024 * 1024;
/** What a Redis needs beside its values, such as the buffers of its clients; less would evict everything at once. */
const leastBytes = 4 * mebi;
/** Memory of the process beside `maxmemory`: the allocator's waste is a share of it, the program itself is not. */
const wasteRatio = 1.25;
const programBytes = 30 * mebi;

/** The least memory limit of a container whose Redis may be given `maxMemory`: it never gives memory back, so its limit never falls either. */
export function containerLimit(maxMemory: number): number {
  return Math.ceil(maxMemory * wasteRatio) + programBytes;
}

/** The most that a Redis may be given in a container with this memory limit. */
export function mostWithin(limit: number): number {
  return Math.max(0, Math.floor((limit - programBytes) / wasteRatio));
}

export interface MemoryTerms {
  /** `memoryBudget` of the profile: over all pods. */
  readonly memoryBudget: number;
  /** `maxMemory` of the profile: of one pod. */
  readonly maxMemory: number;
}

/**
 * What a Redis boots with: so little that all pods that there can be fit, whoever comes.
 *
 * @param pods the most replicas and those that a rollout adds
 * @throws Error naming the field when that is too little to be of use
 */
export function bootMemory({ memoryBudget, maxMemory }: MemoryTerms, pods: number): number {
  const boot = Math.min(maxMemory, Math.floor(memoryBudget / pods));
  if (boot >= leastBytes) return boot;
  const field = maxMemory < leastBytes ? 'maxMemory' : 'memoryBudget';
  throw new Error(
    `sidecars.redis.${field}: ${boot} bytes for each of ${pods} pods; a Redis needs ${leastBytes}`,
  );
}

/** A Redis that has memory, or may have it at any time. */
export interface Holder {
  readonly uid: string;
  /** `maxmemory` in force. */
  readonly limit: number;
  /** The most that it may use now: its limit, what it uses, and what it would boot with. */
  readonly bytes: number;
  /** The most that its container and its profile allow. */
  readonly cap: number;
  /** `settable`: it answers; `leaving`: it answers, and its pod ends; `fixed`: it does not answer. */
  readonly state: 'settable' | 'leaving' | 'fixed';
}

export interface Room {
  readonly memoryBudget: number;
  /** What each new pod takes before anybody asks. */
  readonly boot: number;
  /** Pods that may begin before the next look. */
  readonly coming: number;
}

/** A Redis and the limit that it is to have. */
export type Change = readonly [uid: string, bytes: number];

/** Limits that are to fall: first, and each read back. */
export function shrinks(holders: readonly Holder[], room: Room): readonly Change[] {
  const shares = sharesOf(holders, room);
  return holders.flatMap(({ uid, limit }): readonly Change[] => {
    const share = shares.get(uid) ?? limit;
    return share < limit ? [[uid, share]] : [];
  });
}

/** Limits that may rise now: by no more than is free, whatever became of the shrinks. */
export function grows(holders: readonly Holder[], room: Room): readonly Change[] {
  const shares = sharesOf(holders, room);
  let free = Math.max(0, -excess(holders, room));
  return holders.flatMap(({ uid, limit, bytes }): readonly Change[] => {
    const share = shares.get(uid) ?? limit;
    const more = Math.min(Math.max(0, share - bytes), free);
    free -= more;
    const next = Math.min(share, bytes + more);
    return next > limit ? [[uid, next]] : [];
  });
}

/** By how much all that is used or promised exceeds the budget; negative: what is free. */
export function excess(holders: readonly Holder[], { memoryBudget, boot, coming }: Room): number {
  return holders.reduce((sum, { bytes }) => sum + bytes, coming * boot) - memoryBudget;
}

/**
 * Equal shares of what the others leave, as far as the caps allow. Nobody is set below what it boots with: a restart
 * would undo that.
 */
function sharesOf(holders: readonly Holder[], room: Room): ReadonlyMap<string, number> {
  const { memoryBudget, boot, coming } = room;
  const shares = new Map<string, number>();
  let left = memoryBudget - coming * boot;
  for (const { uid, bytes, cap, state } of holders) {
    if (state === 'leaving') shares.set(uid, Math.min(boot, cap));
    if (state !== 'settable') left -= shares.get(uid) ?? bytes;
  }
  const open = holders
    .filter(({ state }) => state === 'settable')
    .toSorted((one, other) => one.cap - other.cap);
  for (const [index, { uid, cap }] of open.entries()) {
    const share = Math.min(cap, Math.max(boot, Math.floor(left / (open.length - index))));
    shares.set(uid, share);
    left -= share;
  }
  return shares;
}
