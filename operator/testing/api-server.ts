/**
 * An API server in this process, over real HTTP: discovery, list, watch, create, update, the subresources status and
 * scale, resource versions with 409 and 410. Server-side apply is that of a single field manager: it replaces the status.
 */
import { createServer, type ServerResponse } from 'node:http';
import { answer } from './api-server/objects.ts';
import { notFound, Refusal } from './api-server/refusal.ts';
import { watch } from './api-server/watch.ts';
import { listen } from './listen.ts';
import { Store } from './store.ts';

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

const metricsRoot = '/apis/metrics.k8s.io/';

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

function sendFault(response: ServerResponse, { code, retryAfterSeconds }: Fault): void {
  if (retryAfterSeconds !== undefined) response.setHeader('retry-after', retryAfterSeconds);
  send(response, code, { kind: 'Status', code, reason: 'Injected', message: 'injected' });
}

function send(response: ServerResponse, code: number, body: unknown): void {
  response.writeHead(code, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}
