/** The pods of the cluster from one watch, so that no pass has to list them. */
import type { Client } from './client.ts';
import { type Follower, type FollowOptions, followCollection, type Key } from './collection.ts';
import { type PodRecord, toPodRecord } from './pods.ts';
import { parseSelector } from './selector.ts';

export interface PodCache {
  /**
   * The pods that a selector chooses.
   *
   * @returns undefined while they are not known for sure, or if the selector cannot be read: then ask the API server
   */
  readonly select: (namespace: string, selector: string) => readonly PodRecord[] | undefined;
  /** Keep up with the pods until the options' signal aborts. */
  readonly run: (options: FollowOptions) => Promise<void>;
}

/** @param onTrouble told of each failed list or watch */
export function createPodCache(client: Client, onTrouble: (error: unknown) => void): PodCache {
  const namespaces = new Map<string, Map<string, PodRecord>>();
  let isCurrent = false;

  function put({ namespace, name }: Key, object: unknown): void {
    const pods = namespaces.get(namespace) ?? new Map<string, PodRecord>();
    namespaces.set(namespace, pods);
    const now = toPodRecord(object);
    // A pod that lost its readiness and has it back did not start a second time.
    const start = pods.get(name)?.start ?? now.start;
    pods.set(name, { ...now, start });
  }

  function remove({ namespace, name }: Key): void {
    const pods = namespaces.get(namespace);
    pods?.delete(name);
    if (pods?.size === 0) namespaces.delete(namespace);
  }

  const follower: Follower = {
    onObject: put,
    onDelete: remove,
    onWatching: () => {
      isCurrent = true;
    },
    onTrouble: (error) => {
      isCurrent = false;
      onTrouble(error);
    },
  };
  return {
    select: (namespace, selector) => {
      const matches = isCurrent ? parseSelector(selector) : undefined;
      if (!matches) return undefined;
      const pods = namespaces.get(namespace)?.values() ?? [];
      return [...pods].filter(({ labels }) => matches(labels));
    },
    run: async (options) => {
      await followCollection(client, follower, options);
      isCurrent = false;
      namespaces.clear();
    },
  };
}
