/** One ScaleProfile as it is, and each time it changes. */
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { z } from 'zod';
import { ApiError, type Client } from './client.ts';
import type { Key } from './collection.ts';
import { profilesPath } from './profiles.ts';

const read = z.object({ metadata: z.object({ resourceVersion: z.string() }) });
const event = z.object({ type: z.string(), object: z.unknown() });

/** How long one watch lasts before the object is read again. */
const watchSeconds = 300;

/**
 * The object now, whole and unparsed.
 *
 * @throws ApiError when the API server refuses: 404, 403, 401
 */
export function readProfile(client: Client, key: Key): Promise<unknown> {
  const path = `${profilesPath(key.namespace)}/${encodeURIComponent(key.name)}`;
  return client.request({ verb: 'get', path });
}

/**
 * The object now and after each change, until `signal` aborts. A watch that ends or breaks is followed by a fresh
 * read after `pauseMs`.
 *
 * @throws ApiError when the API server refuses, also when the object is deleted; whatever the first read throws
 */
export async function* follow(
  client: Client,
  key: Key,
  signal: AbortSignal,
  pause: () => Promise<void>,
): AsyncGenerator<unknown> {
  let isKnown = false;
  while (!signal.aborted) {
    try {
      const object = await readProfile(client, key);
      isKnown = true;
      yield object;
      yield* changes(client, key, read.parse(object).metadata.resourceVersion, signal);
    } catch (error) {
      if (signal.aborted) return;
      const isRefused = error instanceof ApiError && error.code < 500 && error.code !== 429;
      if (isRefused || !isKnown) throw error;
    }
    await pause();
  }
}

async function* changes(
  client: Client,
  { namespace, name }: Key,
  resourceVersion: string,
  signal: AbortSignal,
): AsyncGenerator<unknown> {
  const stream = await client.stream({
    verb: 'watch',
    path: profilesPath(namespace),
    query: {
      watch: 'true',
      fieldSelector: `metadata.name=${name}`,
      resourceVersion,
      timeoutSeconds: String(watchSeconds),
    },
    signal,
  });
  for await (const line of createInterface({ input: Readable.from(stream) })) {
    const { type, object } = event.parse(JSON.parse(line));
    if (type !== 'ADDED' && type !== 'MODIFIED') return;
    yield object;
  }
}
