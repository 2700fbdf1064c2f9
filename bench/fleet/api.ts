/** The API server as the bench speaks to it: JSON over kept-alive HTTPS, with every right. */
import https from 'node:https';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';

export interface Api {
  /** @throws Error for whatever is no success, with what the server said */
  readonly send: (
    method: 'GET' | 'POST' | 'PATCH',
    path: string,
    body?: object,
  ) => Promise<unknown>;
  /** The events of a watch, parsed, until `signal` aborts. */
  readonly watch: (path: string, signal: AbortSignal) => AsyncGenerator<unknown>;
}

interface Options {
  readonly port: number;
  readonly ca: string;
  readonly token: string;
}

export function createApi({ port, ca, token }: Options): Api {
  const agent = new https.Agent({ keepAlive: true, maxSockets: 16, ca });

  async function open(method: string, path: string, body?: object, signal?: AbortSignal) {
    const { promise, resolve, reject } =
      Promise.withResolvers<import('node:http').IncomingMessage>();
    const type = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json';
    const headers = { authorization: `Bearer ${token}`, 'content-type': type };
    https
      .request({ host: '127.0.0.1', port, method, path, agent, headers, signal }, resolve)
      .on('error', reject)
      .end(body && JSON.stringify(body));
    const response = await promise;
    const { statusCode = 0 } = response;
    if (statusCode >= 200 && statusCode < 300) return response;
    throw new Error(`${method} ${path}: ${statusCode} ${(await text(response)).slice(0, 500)}`);
  }

  return {
    send: async (method, path, body) => JSON.parse(await text(await open(method, path, body))),
    watch: async function* (path, signal) {
      const response = await open('GET', path, undefined, signal);
      for await (const line of createInterface({ input: response })) yield JSON.parse(line);
    },
  };
}
