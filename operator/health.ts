/** The operator's HTTP side: probes for the kubelet and metrics for Prometheus. */
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { Registry } from 'prom-client';

export interface Health {
  /** The API server has answered once. */
  isStarted: boolean;
  /** SIGTERM has come. */
  isStopping: boolean;
}

/**
 * Serve `/livez`, `/startupz`, `/readyz` and `/metrics`. Followers are ready too: they are there to take over.
 *
 * @param health changed by its owner as time goes on
 */
export function serveHealth(port: number, health: Readonly<Health>, register: Registry): Server {
  const probes: Readonly<Record<string, () => boolean>> = {
    '/livez': () => true,
    '/startupz': () => health.isStarted,
    '/readyz': () => health.isStarted && !health.isStopping,
  };
  const server = createServer(async (request, response) => {
    const path = (request.url ?? '').split('?')[0] ?? '';
    const probe = probes[path];
    if (probe) return answer(response, probe() ? 200 : 503, probe() ? 'ok\n' : 'no\n');
    if (path !== '/metrics') return answer(response, 404, 'not found\n');
    const text = await register.metrics();
    response.setHeader('content-type', register.contentType);
    return answer(response, 200, text);
  });
  return server.listen(port);
}

function answer(response: ServerResponse, code: number, body: string): void {
  response.statusCode = code;
  response.end(body);
}
