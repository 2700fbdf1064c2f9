/** The small server beside the API or the worker: `/metrics` and the probes, nothing else. */
import { createServer, type Server } from 'node:http';
import type { Registry } from 'prom-client';
import { type Health, probe } from '../health.ts';

/** A server that does not listen yet. */
export function createMetricsServer(registry: Registry, health: Health): Server {
  return createServer(async (request, response) => {
    try {
      const path = request.url ?? '';
      const answer = await probe(health, path);
      if (answer) {
        response.writeHead(answer.status, { 'Content-Type': 'application/json' });
        response.end(JSON.stringify(answer.body));
      } else if (path === '/metrics') {
        const text = await registry.metrics();
        response.writeHead(200, { 'Content-Type': registry.contentType }).end(text);
      } else {
        response.writeHead(404).end();
      }
    } catch {
      response.writeHead(500).end();
    }
  });
}
