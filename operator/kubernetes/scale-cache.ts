/** Scales as last read, each good for as long as a watch over its kind shows the object unchanged. */
import { z } from 'zod';
import type { Client } from './client.ts';
import { type FollowOptions, followCollection, idOf, type Key } from './collection.ts';

/** A kind as paths name it. */
export interface Kind {
  /** `/apis/GROUP/VERSION` or `/api/v1`. */
  readonly root: string;
  /** Its plural. */
  readonly resource: string;
}

/** Of a scale or of its object: both have the same. */
interface Versioned {
  readonly metadata: { readonly resourceVersion: string };
}

export interface ScaleCache<Scale extends Versioned> {
  /** @returns undefined if the object changed since it was put, or if that is not known for sure */
  readonly get: (kind: Kind, key: Key) => Scale | undefined;
  /** Remember what the API server answered. */
  readonly put: (kind: Kind, key: Key, scale: Scale) => void;
  /** What was read is in doubt: a write was refused or had no answer. */
  readonly drop: (kind: Kind, key: Key) => void;
  /** Watch every kind that is asked for, until the signal of the options aborts. */
  readonly run: (options: Omit<FollowOptions, 'path'>) => Promise<void>;
}

interface Entry<Scale> {
  /** Of the object, as the watch last told it. */
  version: string;
  scale: Scale | undefined;
}

interface Followed<Scale> {
  readonly entries: Map<string, Entry<Scale>>;
  isCurrent: boolean;
}

const versioned = z.object({ metadata: z.object({ resourceVersion: z.string() }) });

/**
 * @param namespace the only one to watch; undefined: all
 * @param onTrouble told of each failed list or watch; without the right to watch a kind, nothing of it is kept
 */
export function createScaleCache<Scale extends Versioned>(
  client: Client,
  namespace: string | undefined,
  onTrouble: (error: unknown) => void,
): ScaleCache<Scale> {
  const kinds = new Map<string, Followed<Scale>>();
  const watches: Promise<void>[] = [];
  let options: Omit<FollowOptions, 'path'> | undefined;

  /** The first to ask for a kind has it watched. */
  function followed(kind: Kind): Followed<Scale> | undefined {
    const path = collectionPath(kind, namespace);
    const known = kinds.get(path);
    if (known || !options || options.signal.aborted) return known;
    const made: Followed<Scale> = { entries: new Map(), isCurrent: false };
    kinds.set(path, made);
    watches.push(
      followCollection(client, followerOf(made, onTrouble), {
        ...options,
        path,
        accept: 'metadata',
      }),
    );
    return made;
  }

  return {
    get: (kind, key) => {
      const all = followed(kind);
      const entry = all?.isCurrent ? all.entries.get(idOf(key)) : undefined;
      return entry?.scale?.metadata.resourceVersion === entry?.version ? entry?.scale : undefined;
    },
    put: (kind, key, scale) => {
      const entry = followed(kind)?.entries.get(idOf(key));
      if (entry) entry.scale = scale;
    },
    drop: (kind, key) => {
      const entry = followed(kind)?.entries.get(idOf(key));
      if (entry) entry.scale = undefined;
    },
    run: async (given) => {
      options = given;
      const { promise, resolve } = Promise.withResolvers<void>();
      given.signal.addEventListener('abort', () => resolve(), { once: true });
      if (!given.signal.aborted) await promise;
      await Promise.all(watches.splice(0));
      kinds.clear();
      options = undefined;
    },
  };
}

function followerOf<Scale>(all: Followed<Scale>, onTrouble: (error: unknown) => void) {
  return {
    onObject: (key: Key, object: unknown) => {
      const version = versioned.parse(object).metadata.resourceVersion;
      const entry = all.entries.get(idOf(key));
      if (entry) entry.version = version;
      else all.entries.set(idOf(key), { version, scale: undefined });
    },
    onDelete: (key: Key) => {
      all.entries.delete(idOf(key));
    },
    onWatching: () => {
      all.isCurrent = true;
    },
    onTrouble: (error: unknown) => {
      all.isCurrent = false;
      onTrouble(error);
    },
  };
}

function collectionPath({ root, resource }: Kind, namespace: string | undefined): string {
  const scope = namespace === undefined ? '' : `/namespaces/${encodeURIComponent(namespace)}`;
  return `${root}${scope}/${encodeURIComponent(resource)}`;
}
