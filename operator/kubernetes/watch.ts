/** A doorbell: which objects there are and which changed, from list and watch of metadata alone. */
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { z } from 'zod';
import type { Client } from './client.ts';

export interface Key {
  readonly namespace: string;
  readonly name: string;
}

export interface Doorbell {
  /** Every object there is; after each list. */
  readonly onList: (keys: readonly Key[]) => void;
  /** One object was made, or its spec changed. */
  readonly onChange: (key: Key) => void;
  readonly onDelete: (key: Key) => void;
  /** A list or watch failed; it is tried again by itself. */
  readonly onTrouble: (error: unknown) => void;
}

export interface WatchOptions {
  /** Of the collection. */
  readonly path: string;
  /** How long a watch lasts before the next list: the most that a bell which died in silence can cost. */
  readonly relistSeconds: number;
  readonly signal: AbortSignal;
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  /** From 0 to 1. */
  readonly random: () => number;
}

const metadata = z.object({
  name: z.string(),
  namespace: z.string().default(''),
  generation: z.number().default(0),
});
const item = z.object({ metadata });
const list = z.object({
  metadata: z.object({ resourceVersion: z.string() }),
  items: z.array(item),
});
const event = z.object({ type: z.string(), object: z.unknown() });

type Generations = Map<string, number>;

const firstDelayMs = 500;
const maxDelayMs = 30_000;
const graceMs = 5000;

/**
 * List, watch for `relistSeconds`, list again, until `signal` aborts. Every watch starts from a fresh list, so
 * bookmarks have nothing to save and an expired version (410) costs one early list. Whatever fails or ends too
 * early is tried again ever more slowly, at most each 30 s.
 */
export async function ring(client: Client, doorbell: Doorbell, options: WatchOptions) {
  const { signal, sleep, random } = options;
  let troubles = 0;
  while (!signal.aborted) {
    try {
      const lastedSeconds = await listAndWatch(client, doorbell, options);
      if (lastedSeconds >= options.relistSeconds / 2) troubles = 0;
      else troubles += 1;
    } catch (error) {
      if (signal.aborted) return;
      doorbell.onTrouble(error);
      troubles += 1;
    }
    if (troubles === 0) continue;
    const delayMs = Math.min(maxDelayMs, firstDelayMs * 2 ** (troubles - 1));
    await sleep(delayMs * (0.5 + random() / 2), signal);
  }
}

async function listAndWatch(client: Client, doorbell: Doorbell, options: WatchOptions) {
  const { path, relistSeconds, signal } = options;
  const answer = await client.request({ verb: 'list', path, accept: 'metadata', signal });
  const { items, metadata: listed } = list.parse(answer);
  const generations: Generations = new Map();
  for (const each of items) generations.set(idOf(each.metadata), each.metadata.generation);
  doorbell.onList(items.map((each) => keyOf(each.metadata)));

  const started = performance.now();
  const silence = AbortSignal.any([signal, AbortSignal.timeout(relistSeconds * 1000 + graceMs)]);
  const stream = await client.stream({
    verb: 'watch',
    path,
    query: {
      watch: 'true',
      resourceVersion: listed.resourceVersion,
      timeoutSeconds: String(relistSeconds),
    },
    accept: 'metadata',
    signal: silence,
  });
  const lines = createInterface({
    input: Readable.from(stream),
    crlfDelay: Number.POSITIVE_INFINITY,
  });
  for await (const line of lines) {
    if (tell(line, doorbell, generations) === 'over') break;
  }
  return (performance.now() - started) / 1000;
}

/** Tell what one line of a watch says. An ERROR (410: the version expired) ends the watch. */
function tell(line: string, doorbell: Doorbell, generations: Generations): 'over' | undefined {
  const { type, object } = event.parse(JSON.parse(line));
  if (type === 'ERROR') return 'over';
  const { metadata: changed } = item.parse(object);
  const id = idOf(changed);
  if (type === 'DELETED') {
    generations.delete(id);
    doorbell.onDelete(keyOf(changed));
    return undefined;
  }
  // Our own status writes leave the generation as it is and must not ring.
  if (generations.get(id) !== changed.generation) doorbell.onChange(keyOf(changed));
  generations.set(id, changed.generation);
  return undefined;
}

function keyOf({ namespace, name }: Key): Key {
  return { namespace, name };
}

function idOf({ namespace, name }: Key): string {
  return `${namespace}/${name}`;
}
