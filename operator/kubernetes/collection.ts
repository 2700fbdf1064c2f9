/** A collection as it is and as it changes: one list in pages, then a watch that goes on where the last one ended. */
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { z } from 'zod';
import { ApiError, type Client } from './client.ts';

export interface Key {
  readonly namespace: string;
  readonly name: string;
}

export interface Follower {
  /** An object as it is now, whole or its metadata alone: listed, made or changed. */
  readonly onObject: (key: Key, object: unknown) => void;
  readonly onDelete: (key: Key) => void;
  /** All there is has been told; after each list. */
  readonly onListed?: () => void;
  /** A watch is open: from now on every change is told as it happens. */
  readonly onWatching?: () => void;
  /** A list or watch failed and changes may be missed for a while; it is tried again by itself. */
  readonly onTrouble: (error: unknown) => void;
}

export interface FollowOptions {
  /** Of the collection. */
  readonly path: string;
  /** Leave out spec and status. */
  readonly accept?: 'metadata';
  readonly signal: AbortSignal;
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  /** From 0 to 1. */
  readonly random: () => number;
}

const metadata = z.object({
  name: z.string(),
  namespace: z.string().default(''),
  resourceVersion: z.string(),
});
const item = z.object({ metadata });
const page = z.object({
  metadata: z.object({ resourceVersion: z.string(), continue: z.string().default('') }),
  items: z.array(z.unknown()),
});
const event = z.object({ type: z.string(), object: z.unknown() });
const versioned = z.object({ metadata: z.object({ resourceVersion: z.string() }) });

/** A list of many large objects must neither time out nor be held whole. */
const pageSize = 500;
/** The most that a watch which died in silence can cost. */
const watchSeconds = 15;
const graceMs = 5000;
const firstDelayMs = 500;
const maxDelayMs = 30_000;
/** Without the right to look, nothing changes soon. */
const forbiddenDelayMs = 300_000;

/** How far the collection is known. */
interface Progress {
  /** To watch from; undefined: list first. */
  version: string | undefined;
  readonly ids: Map<string, Key>;
}

/**
 * Follow a collection until `signal` aborts. The API server is asked for a list once, and again only when it has
 * forgotten the version to go on from (410); bookmarks keep that rare. Whatever fails or ends too early is tried again
 * ever more slowly, at most each 30 s, and not before a `Retry-After`.
 */
export async function followCollection(client: Client, follower: Follower, options: FollowOptions) {
  const { signal, sleep, random } = options;
  const progress: Progress = { version: undefined, ids: new Map() };
  let troubles = 0;
  while (!signal.aborted) {
    let atLeastMs = 0;
    try {
      progress.version ??= await listAll(client, follower, options, progress.ids);
      const lastedSeconds = await watch(client, follower, options, progress, progress.version);
      troubles = lastedSeconds >= watchSeconds / 2 ? 0 : troubles + 1;
    } catch (error) {
      if (signal.aborted) return;
      follower.onTrouble(error);
      troubles += 1;
      if (error instanceof ApiError) {
        if (error.code === 410) progress.version = undefined;
        atLeastMs = error.code === 403 ? forbiddenDelayMs : (error.retryAfterSeconds ?? 0) * 1000;
      }
    }
    if (troubles === 0) continue;
    const delayMs = Math.min(maxDelayMs, firstDelayMs * 2 ** (troubles - 1));
    await sleep(Math.max(atLeastMs, delayMs * (0.5 + random() / 2)), signal);
  }
}

/** @returns the version to watch from */
async function listAll(
  client: Client,
  follower: Follower,
  { path, accept, signal }: FollowOptions,
  ids: Progress['ids'],
): Promise<string> {
  const gone = new Map(ids);
  let rest = '';
  for (;;) {
    const query = { limit: String(pageSize), ...(rest !== '' && { continue: rest }) };
    const answer = await client.request({ verb: 'list', path, query, signal, ...given(accept) });
    const { items, metadata: listed } = page.parse(answer);
    for (const object of items) {
      const key = keyOf(object);
      gone.delete(idOf(key));
      ids.set(idOf(key), key);
      follower.onObject(key, object);
    }
    rest = listed.continue;
    if (rest !== '') continue;
    for (const [id, key] of gone) {
      ids.delete(id);
      follower.onDelete(key);
    }
    follower.onListed?.();
    return listed.resourceVersion;
  }
}

/** @returns how long the watch lasted, seconds */
async function watch(
  client: Client,
  follower: Follower,
  { path, accept, signal }: FollowOptions,
  progress: Progress,
  resourceVersion: string,
): Promise<number> {
  const started = performance.now();
  const silence = AbortSignal.any([signal, AbortSignal.timeout(watchSeconds * 1000 + graceMs)]);
  const query = {
    watch: 'true',
    resourceVersion,
    allowWatchBookmarks: 'true',
    timeoutSeconds: String(watchSeconds),
  };
  const stream = await client.stream({
    verb: 'watch',
    path,
    query,
    signal: silence,
    ...given(accept),
  });
  follower.onWatching?.();
  const lines = createInterface({
    input: Readable.from(stream),
    crlfDelay: Number.POSITIVE_INFINITY,
  });
  for await (const line of lines) {
    progress.version = tell(line, follower, progress.ids);
    if (progress.version === undefined) break;
  }
  return (performance.now() - started) / 1000;
}

/** Tell what one line of a watch says. @returns the version it stands for; undefined: an ERROR (410) ended the watch */
function tell(line: string, follower: Follower, ids: Progress['ids']): string | undefined {
  const { type, object } = event.parse(JSON.parse(line));
  if (type === 'ERROR') return undefined;
  if (type === 'BOOKMARK') return versioned.parse(object).metadata.resourceVersion;
  const { metadata: changed } = item.parse(object);
  const key = { namespace: changed.namespace, name: changed.name };
  if (type === 'DELETED') {
    ids.delete(idOf(key));
    follower.onDelete(key);
  } else {
    ids.set(idOf(key), key);
    follower.onObject(key, object);
  }
  return changed.resourceVersion;
}

function given(accept: 'metadata' | undefined) {
  return accept === undefined ? {} : { accept };
}

function keyOf(object: unknown): Key {
  const { namespace, name } = item.parse(object).metadata;
  return { namespace, name };
}

/** One text for both names of a key; neither can hold a slash. */
export function idOf({ namespace, name }: Key): string {
  return `${namespace}/${name}`;
}
