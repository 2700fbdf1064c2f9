/** Keeps the Redis sidecars of one profile within its memory budget: shrink first, read back, then grow. */
import { messageOf } from '../message.ts';
import type { RedisConsole } from './console.ts';
import type { NearCacheMetrics } from './metrics.ts';
import type { RedisReading } from './reading.ts';
import {
  type Change,
  excess,
  grows,
  type Holder,
  type MemoryTerms,
  mostWithin,
  type Room,
  shrinks,
} from './sizing.ts';

/** A pod that has the sidecar, as the API server tells. */
export interface RedisPod {
  readonly uid: string;
  readonly name: string;
  /** Its IP; empty until it has one. */
  readonly address: string;
  readonly isTerminating: boolean;
  /** Whether the container has ever run. */
  readonly hasRun: boolean;
  /** The memory limit of the container, bytes; undefined: none. */
  readonly memoryLimit: number | undefined;
}

/** A profile and its pods at one look. */
export interface RedisFleet extends MemoryTerms {
  /** `bootMemory`. */
  readonly boot: number;
  /** Replicas that there are to be, by the target or by what is about to be written to it, and those that a rollout may add. */
  readonly expected: number;
  readonly pods: readonly RedisPod[];
}

export interface MemoryReport {
  /** By how many bytes all that the sidecars may use exceeds the budget; negative: what is free. */
  readonly excess: number;
  /** One sentence for each sidecar that did not answer or did not take its size. */
  readonly problems: readonly string[];
}

export interface MemoryBudget {
  /**
   * One look at each sidecar, and new sizes for those that need them. Call it every few seconds, and before replicas
   * are raised, with the new number in `expected`: then pods find their room free. Calls of one budget are made one at a time.
   */
  readonly size: (fleet: RedisFleet) => Promise<MemoryReport>;
  readonly close: () => void;
}

export interface MemoryBudgetOptions {
  readonly namespace: string;
  readonly profile: string;
  readonly connect: (pod: RedisPod) => Promise<RedisConsole>;
  /** Asked before each change: who no longer leads changes nothing. */
  readonly isLeading: () => boolean;
  readonly wallMs: () => number;
  readonly metrics: NearCacheMetrics;
}

/** How long new files may wait. */
const renewMs = 600_000;

/** What is known of one pod's sidecar. */
interface Known {
  readonly pod: RedisPod;
  console?: RedisConsole | undefined;
  /** The last one; it may be of an earlier look. */
  reading?: RedisReading | undefined;
  /** The highest `maxmemory` that it may have by now. */
  limit: number;
  /** When it is to read its files again. */
  renewAtMs: number;
}

export function createMemoryBudget(options: MemoryBudgetOptions): MemoryBudget {
  const { namespace, profile, connect, isLeading, wallMs, metrics } = options;
  const known = new Map<string, Known>();
  let isFirst = true;
  const labelsOf = ({ name: pod }: RedisPod) => ({ namespace, profile, pod });

  const drop = (one: Known) => {
    one.console?.close();
    one.console = undefined;
  };
  const forget = (uid: string, one: Known) => {
    drop(one);
    metrics.remove(labelsOf(one.pod));
    known.delete(uid);
  };

  /** Runs with the sidecar's console; after a failure the next look connects anew. */
  const within = async (one: Known, work: (console: RedisConsole) => Promise<void>) => {
    try {
      one.console ??= await connect(one.pod);
      await work(one.console);
      return undefined;
    } catch (error) {
      drop(one);
      return `${one.pod.name}: ${messageOf(error)}`;
    }
  };
  const read = async (one: Known, console: RedisConsole) => {
    const reading = await console.read();
    metrics.show(labelsOf(one.pod), reading, one.reading);
    one.reading = reading;
    one.limit = reading.maxMemory;
  };
  const look = (one: Known) => within(one, (console) => read(one, console));
  /** Nobody tells when the kubelet has brought new files, and files that are the old ones are read to no harm. */
  const renew = async (one: Known) => {
    if (!one.console || !isLeading() || wallMs() < one.renewAtMs) return undefined;
    one.renewAtMs = wallMs() + renewMs;
    try {
      await one.console.renew();
      return undefined;
    } catch (error) {
      return `${one.pod.name}: files: ${messageOf(error)}`;
    }
  };
  const change = (changes: readonly Change[]) => {
    const done = changes.map(async ([uid, bytes]) => {
      const one = known.get(uid);
      if (!one || !isLeading()) return undefined;
      return within(one, async (console) => {
        one.limit = Math.max(one.limit, bytes);
        await console.setMaxMemory(bytes);
        await read(one, console);
      });
    });
    return Promise.all(done);
  };

  return {
    size: async (fleet) => {
      const { memoryBudget, maxMemory, boot, expected, pods } = fleet;
      for (const [uid, one] of known) if (!pods.some((pod) => pod.uid === uid)) forget(uid, one);
      for (const pod of pods) {
        // Only we enlarge, so one that came since the last look has what it booted with.
        const limit = pod.hasRun && isFirst ? maxMemory : boot;
        known.set(pod.uid, { limit, renewAtMs: 0, ...known.get(pod.uid), pod });
      }
      isFirst = false;
      const all = [...known.values()];
      const running = all.filter(({ pod }) => pod.hasRun && pod.address !== '');
      const problems = await Promise.all(running.map(look));
      problems.push(...(await Promise.all(running.map(renew))));
      const coming = Math.max(0, expected - pods.filter((pod) => !pod.isTerminating).length);
      const room: Room = { memoryBudget, boot, coming };
      const holders = () => all.map((one) => toHolder(one, fleet));
      problems.push(...(await change(shrinks(holders(), room))));
      problems.push(...(await change(grows(holders(), room))));
      const over = excess(holders(), room);
      metrics.showFree({ namespace, profile }, -over);
      return {
        excess: over,
        problems: problems.filter((problem) => problem !== undefined),
      };
    },
    close: () => {
      for (const [uid, one] of known) forget(uid, one);
      metrics.showFree({ namespace, profile }, undefined);
    },
  };
}

function toHolder(
  { pod, console, limit, reading }: Known,
  { boot, maxMemory }: RedisFleet,
): Holder {
  const allowed = pod.memoryLimit === undefined ? maxMemory : mostWithin(pod.memoryLimit);
  const state = console ? (pod.isTerminating ? 'leaving' : 'settable') : 'fixed';
  return {
    uid: pod.uid,
    limit,
    // It boots anew whenever it restarts; and a limit that fell counts when what it was to free is free.
    bytes: Math.max(boot, limit, reading?.used ?? 0),
    cap: Math.min(maxMemory, allowed),
    state,
  };
}
