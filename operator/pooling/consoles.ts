/** The connections to the poolers' consoles: opened when needed, closed when anything goes wrong. */
import type { Command } from './commands.ts';
import type { PodSeen } from './observation.ts';
import type { Pooler, PoolerReading, Poolers } from './ports.ts';

export interface Consoles {
  /** Close the connections of all other pods. */
  readonly keep: (pods: readonly PodSeen[]) => void;
  /** @returns undefined when the pod has no pooler yet or it does not answer */
  readonly read: (pod: PodSeen) => Promise<PoolerReading | undefined>;
  /** What the clients of a pooler ask for now, on the connection of its last reading; undefined when it does not answer. */
  readonly demand: (pod: PodSeen) => Promise<number | undefined>;
  /**
   * Carry out a command on the connection that its reading came from. A failure is seen at the next reading.
   *
   * @param mayAct asked before each word to the pooler
   */
  readonly carryOut: (command: Command, mayAct: () => boolean) => Promise<void>;
  readonly close: () => void;
}

interface Console {
  readonly pooler: Pooler;
  /** By the last reading. */
  containerId: string;
}

/** @param namespace of the budget and its pods */
export function createConsoles(poolers: Poolers, namespace: string): Consoles {
  const consoles = new Map<string, Console>();
  const drop = (uid: string) => {
    consoles.get(uid)?.pooler.close();
    consoles.delete(uid);
  };

  async function open({ uid, name, address }: PodSeen): Promise<Console> {
    const known = consoles.get(uid);
    if (known) return known;
    const pooler = await poolers.connect({ uid, namespace, name, address });
    const opened = { pooler, containerId: '' };
    consoles.set(uid, opened);
    return opened;
  }

  return {
    keep: (pods) => {
      const uids = new Set(pods.map(({ uid }) => uid));
      for (const uid of consoles.keys()) if (!uids.has(uid)) drop(uid);
    },
    read: async (pod) => {
      if (!pod.pooler?.containerId || pod.address === '') return undefined;
      try {
        const opened = await open(pod);
        const reading = await opened.pooler.read();
        opened.containerId = reading.containerId;
        return reading;
      } catch {
        // A pooler that does not answer is no error here: its lease stays, and a condition names it.
        drop(pod.uid);
        return undefined;
      }
    },
    demand: async ({ uid }) => {
      try {
        return await consoles.get(uid)?.pooler.demand();
      } catch {
        drop(uid);
        return undefined;
      }
    },
    carryOut: async ({ uid, containerId, limit, lifetime }, mayAct) => {
      const opened = consoles.get(uid);
      if (opened?.containerId !== containerId) return;
      try {
        if (limit !== undefined && mayAct()) await opened.pooler.setLimit(limit);
        if (lifetime && mayAct()) await opened.pooler.setLifetime(lifetime);
      } catch {
        // Whether it was executed, the next reading tells.
        drop(uid);
      }
    },
    close: () => {
      for (const uid of [...consoles.keys()]) drop(uid);
    },
  };
}
