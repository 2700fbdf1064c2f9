/** Requests for objects and collections: list, read, create, update and apply. */
import type { IncomingMessage } from 'node:http';
import { json } from 'node:stream/consumers';
import { z } from 'zod';
import type { Draft, Store, Stored } from '../store.ts';
import { metadataOf, wantsMetadata } from './metadata.ts';
import { isWithin, locate } from './path.ts';
import { conflict, notFound, Refusal, raise } from './refusal.ts';
import { scaleOf, withScale } from './scale.ts';

const kinds: Readonly<Record<string, readonly (readonly [string, string])[]>> = {
  '/api/v1': [['pods', 'Pod']],
  '/apis/apps/v1': [
    ['deployments', 'Deployment'],
    ['deployments/scale', 'Scale'],
    ['daemonsets', 'DaemonSet'],
  ],
};

/** What a request that is no watch is answered with. @throws Refusal */
export async function answer(store: Store, request: IncomingMessage, url: URL): Promise<unknown> {
  const path = url.pathname;
  const discovered = kinds[path];
  if (discovered) {
    const resources = discovered.map(([name, kind]) => ({ name, kind, namespaced: true }));
    return { kind: 'APIResourceList', resources };
  }
  const { name, resource } = locate(path);
  if (resource === '') throw notFound();
  if (request.method === 'GET')
    return name === undefined ? list(store, request, url) : read(store, path);
  const body = draft.parse(await json(request));
  if (request.method === 'POST') return create(store, path, body);
  if (request.method === 'PUT') return update(store, path, body);
  return applyStatus(store, path, body);
}

const draft = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.looseObject({
    name: z.string().optional(),
    generateName: z.string().optional(),
    resourceVersion: z.string().optional(),
    labels: z.record(z.string(), z.string()).optional(),
  }),
});
type Body = z.output<typeof draft>;

function list(store: Store, request: IncomingMessage, url: URL): unknown {
  const selector = url.searchParams.get('labelSelector');
  const limit = Number(url.searchParams.get('limit') ?? Number.POSITIVE_INFINITY);
  const skipped = Number(url.searchParams.get('continue') ?? 0);
  const wanted = selector === null ? [] : selector.split(',').map((pair) => pair.split('='));
  const items = store
    .list(isWithin(url.pathname))
    .filter(({ metadata }) => wanted.every(([key = '', value]) => metadata.labels?.[key] === value))
    .map((object) => (wantsMetadata(request) ? metadataOf(object) : object));
  const end = skipped + limit;
  const metadata = {
    resourceVersion: store.version,
    ...(end < items.length && { continue: String(end) }),
  };
  return { kind: 'List', metadata, items: items.slice(skipped, end) };
}

function read(store: Store, path: string): unknown {
  const { object, subresource } = locate(path);
  const found = store.get(object) ?? raise(notFound());
  return subresource === 'scale' ? scaleOf(found) : found;
}

function create(store: Store, path: string, body: Body): unknown {
  const { namespace = '' } = locate(path);
  const { generateName = '' } = body.metadata;
  const name = body.metadata.name ?? `${generateName}${store.version}`;
  if (store.get(`${path}/${name}`)) throw new Refusal(409, 'AlreadyExists', 'already exists');
  return store.put(`${path}/${name}`, toDraft(body, name), namespace);
}

function update(store: Store, path: string, body: Body): unknown {
  const { object, namespace = '', name = '', subresource } = locate(path);
  const old = current(store, object, body);
  if (subresource === 'status')
    return store.put(object, { ...old, status: body.status }, namespace);
  if (subresource !== 'scale') return store.put(object, toDraft(body, name), namespace);
  const spec = withScale(old.spec, body.spec);
  return scaleOf(store.put(object, { ...old, spec }, namespace));
}

function applyStatus(store: Store, path: string, body: Body): unknown {
  const { object, namespace = '', subresource } = locate(path);
  if (subresource !== 'status')
    throw new Refusal(405, 'MethodNotAllowed', 'only status is applied');
  const old = current(store, object, body);
  const isSame = JSON.stringify(old.status) === JSON.stringify(body.status);
  return isSame ? old : store.put(object, { ...old, status: body.status }, namespace);
}

/** The object that a write is about, if the write knows its version or does not care. */
function current(store: Store, path: string, { metadata: { resourceVersion } }: Body): Stored {
  const old = store.get(path) ?? raise(notFound());
  const isStale = resourceVersion !== undefined && resourceVersion !== old.metadata.resourceVersion;
  return isStale ? raise(conflict()) : old;
}

function toDraft(body: Body, name: string): Draft {
  const { labels } = body.metadata;
  return { ...body, metadata: { name, ...(labels && { labels }) } };
}
