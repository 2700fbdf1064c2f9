/** Requests counted and timed by route template, never by what is in their addresses. */
import type { Request, Response } from 'express';
import type { Log } from '../log.ts';
import type { Metrics } from '../metrics.ts';

const slowMs = 1000;

/** Count and time the request by route template, and log the ones that failed or were slow. */
export function measure(
  { metrics, log }: { readonly metrics: Metrics; readonly log: Log },
  request: Request,
  response: Response,
): void {
  const startMs = performance.now();
  metrics.received.inc();
  metrics.recent.count(startMs);
  metrics.inFlight.inc();
  response.once('close', () => {
    const durationMs = performance.now() - startMs;
    const { method } = request;
    const route = routeOf(response);
    const status = response.writableFinished ? response.statusCode : 499;
    metrics.inFlight.dec();
    metrics.requests.inc({ method, route, status });
    metrics.duration.observe({ method, route }, durationMs / 1000);
    const fields = { method, route, status, durationMs: Math.round(durationMs) };
    if (status >= 500 || durationMs > slowMs) log.warn(fields, 'request failed or was slow');
    else log.debug(fields, 'request answered');
  });
}

/** The template of the route that serves the request, as told by `locals.route`. */
export function routeOf(response: Response): string {
  const { route } = response.locals;
  return typeof route === 'string' ? route : 'unmatched';
}
