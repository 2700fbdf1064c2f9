/**
 * An API server in this process, over real HTTP: discovery, list, watch, create, update, the subresources status and
 * scale, resource versions with 409 and 410. Server-side apply is that of a single field manager: it replaces the status.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { json } from 'node:stream/consumers';
import { z } from 'zod';
import { listen } from './listen.ts';
import { type Draft, Store, type Stored } from './store.ts';

interface Seen {
  readonly method: string;
  readonly path: string;
  /** Whether it was a watch. */
  readonly isWatch: boolean;
}

/** What to do instead of the ordinary answer. */
interface Fault {
  readonly code: number;
  readonly retryAfterSeconds?: number;
}

export interface ApiServer {
  readonly url: URL;
  readonly store: Store;
  /** Every request so far, in order. */
  readonly seen: Seen[];
  /** Asked before each request; a fault replaces the answer, a promise delays it. */
  intercept: (seen: Seen) => Fault | undefined | Promise<Fault | undefined>;
  /** Whether the resource metrics API is there; a cluster without metrics-server knows no such group. */
  servesMetrics: boolean;
  /** Send a bookmark on all open watches. */
  readonly bookmark: () => void;
  /** End all open watches as a broken connection would. */
  readonly breakWatches: () => void;
  readonly close: () => Promise<void>;
}

const kinds: Readonly<Record<string, readonly (readonly [string, string])[]>> = {
  '/api/v1': [['pods', 'Pod']],
  '/apis/apps/v1': [
    ['deployments', 'Deployment'],
    ['deployments/scale', 'Scale'],
    ['daemonsets', 'DaemonSet'],
  ],
};

const metricsRoot = '/apis/metrics.k8s.io/';

class Refusal extends Error {
  readonly code: number;
  readonly reason: string;
  constructor(code: number, reason: string, message: string) {
    super(message);
    this.code = code;
    this.reason = reason;
  }
}

const conflict = () => new Refusal(409, 'Conflict', 'the object has been modified');
const notFound = () => new Refusal(404, 'NotFound', 'not found');

export async function startApiServer(): Promise<ApiServer> {
  const store = new Store();
  const watches = new Set<ServerResponse>();
  const seen: Seen[] = [];
  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? '', 'http://localhost');
    const isWatch = url.searchParams.get('watch') === 'true';
    const one = { method: request.method ?? '', path: url.pathname, isWatch };
    seen.push(one);
    try {
      const fault = await api.intercept(one);
      if (fault) return sendFault(response, fault);
      if (isWatch) return watch(store, watches, url, request, response);
      if (url.pathname.startsWith(metricsRoot) && !api.servesMetrics) throw notFound();
      send(response, 200, await answer(store, request, url));
    } catch (error) {
      const { code = 500, reason = '' } = error instanceof Refusal ? error : {};
      send(response, code, { kind: 'Status', code, reason, message: String(error) });
    }
  });
  const { url, close } = await listen(server);
  const breakWatches = () => {
    for (const response of watches) response.destroy();
  };
  const bookmark = () => {
    const object = { metadata: { resourceVersion: store.version } };
    const line = JSON.stringify({ type: 'BOOKMARK', object });
    for (const response of watches) response.write(`${line}\n`);
  };
  const api: ApiServer = {
    url,
    store,
    seen,
    intercept: () => undefined,
    servesMetrics: false,
    bookmark,
    breakWatches,
    close,
  };
  return api;
}

/** A path of the API taken apart. */
function locate(path: string) {
  const [, root = '', namespace, resource = '', name, subresource] =
    /^(\/api\/v1|\/apis\/[^/]+\/[^/]+)(?:\/namespaces\/([^/]+))?\/([^/]+)(?:\/([^/]+))?(?:\/([^/]+))?$/.exec(
      path,
    ) ?? [];
  const object = `${root}/namespaces/${namespace}/${resource}/${name}`;
  return { root, namespace, resource, name, subresource, object };
}

function isWithin(path: string): (object: string) => boolean {
  const { root, namespace, resource } = locate(path);
  return (object) => {
    const other = locate(object);
    const isSame = other.root === root && other.resource === resource;
    return isSame && (namespace === undefined || other.namespace === namespace);
  };
}

async function answer(store: Store, request: IncomingMessage, url: URL): Promise<unknown> {
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
  const { replicas = 0 } = scaleSpec.parse(body.spec);
  const spec = { ...deploymentSpec.parse(old.spec), replicas };
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

const scaleSpec = z.object({ replicas: z.int().optional() });
const deploymentSpec = z.looseObject({
  replicas: z.int().default(1),
  selector: z.object({ matchLabels: z.record(z.string(), z.string()) }),
});

function scaleOf({ metadata, spec }: Stored): unknown {
  const { replicas, selector } = deploymentSpec.parse(spec);
  const labels = Object.entries(selector.matchLabels).map(([key, value]) => `${key}=${value}`);
  const { name, namespace, uid, resourceVersion } = metadata;
  return {
    apiVersion: 'autoscaling/v1',
    kind: 'Scale',
    metadata: { name, namespace, uid, resourceVersion },
    // As the real one does, 0 is left out.
    spec: replicas === 0 ? {} : { replicas },
    status: { replicas, selector: labels.join(',') },
  };
}

function watch(
  store: Store,
  watches: Set<ServerResponse>,
  url: URL,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const matches = isWithin(url.pathname);
  const write = (type: string, object: unknown) =>
    response.write(`${JSON.stringify({ type, object })}\n`);
  const version = Number(url.searchParams.get('resourceVersion') ?? store.version);
  const missed = store.since(version);
  response.writeHead(200, { 'content-type': 'application/json' });
  response.flushHeaders();
  if (!missed) {
    write('ERROR', { kind: 'Status', code: 410, reason: 'Expired', message: 'too old' });
    response.end();
    return;
  }
  const [, name] = (url.searchParams.get('fieldSelector') ?? '').split('metadata.name=');
  const tell = ({ type, path, object }: (typeof missed)[number]) => {
    if (name !== undefined && name !== object.metadata.name) return;
    if (matches(path)) write(type, wantsMetadata(request) ? metadataOf(object) : object);
  };
  for (const change of missed) tell(change);
  const stop = store.listen(tell);
  const timeoutSeconds = Number(url.searchParams.get('timeoutSeconds') ?? 300);
  const timer = setTimeout(() => response.end(), timeoutSeconds * 1000);
  watches.add(response);
  response.on('close', () => {
    clearTimeout(timer);
    watches.delete(response);
    stop();
  });
}

function wantsMetadata({ headers }: IncomingMessage): boolean {
  return headers.accept?.includes('as=PartialObjectMetadata') ?? false;
}

function metadataOf({ metadata }: Stored): unknown {
  return { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata };
}

function toDraft(body: Body, name: string): Draft {
  const { labels } = body.metadata;
  return { ...body, metadata: { name, ...(labels && { labels }) } };
}

function sendFault(response: ServerResponse, { code, retryAfterSeconds }: Fault): void {
  if (retryAfterSeconds !== undefined) response.setHeader('retry-after', retryAfterSeconds);
  send(response, code, { kind: 'Status', code, reason: 'Injected', message: 'injected' });
}

function send(response: ServerResponse, code: number, body: unknown): void {
  response.writeHead(code, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}

function raise(error: Error): never {
  throw error;
}
