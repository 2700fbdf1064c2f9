/** The longest that a request may take. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { unavailable } from '../problem.ts';
import { sendProblem } from './send.ts';

const requestTimeoutMs = 15_000;

/** Answer 503 to requests that take too long; one timer for all of them. */
export function expireRequests(): (request: IncomingMessage, response: ServerResponse) => void {
  const open = new Map<ServerResponse, { request: IncomingMessage; deadline: number }>();
  setInterval(() => {
    const now = performance.now();
    for (const [response, { request, deadline }] of open) {
      if (deadline > now) break;
      open.delete(response);
      sendProblem(request, response, unavailable('It took too long.', 1), {});
    }
  }, 1000).unref();
  return (request, response) => {
    open.set(response, { request, deadline: performance.now() + requestTimeoutMs });
    response.once('close', () => open.delete(response));
  };
}
