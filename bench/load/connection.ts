/** HTTP over the one connection of a visit: what makes it reach this pod or that one. */
import { Agent, request as send } from 'node:http';

const timeoutMs = 15_000;

export interface Call {
  readonly method: string;
  /** From the root, with the query. */
  readonly path: string;
  readonly token?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body?: unknown;
}

export interface Answer {
  readonly status: number;
  readonly text: string;
}

/** A learner's connection, which leads to one pod; another visit has another, so that new pods get their share at once. */
export class Connection {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 });
  readonly #target: URL;

  constructor(target: URL) {
    this.#target = target;
  }

  /**
   * Send one request, without retrying.
   *
   * @returns whatever the server answered
   * @throws with `code` of the system's error, or `timeout`, when there was no answer
   */
  call({ method, path, token, headers, body }: Call): Promise<Answer> {
    const content = body === undefined ? undefined : JSON.stringify(body);
    const { hostname, port } = this.#target;
    return new Promise((resolve, reject) => {
      const request = send({
        agent: this.#agent,
        host: hostname.replace(/^\[|\]$/g, ''),
        port: port || 80,
        method,
        path,
        signal: AbortSignal.timeout(timeoutMs),
        headers: {
          ...(token ? { authorization: `Bearer ${token}` } : {}),
          ...(content === undefined
            ? {}
            : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(content) }),
          ...headers,
        },
      });
      request.on('response', (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() }),
        );
      });
      request.on('error', reject);
      request.end(content);
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}

/** Why a call had no answer, in a word: `timeout`, or the system's code. */
export function failureOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'TimeoutError' || error.name === 'AbortError') return 'timeout';
  return 'code' in error ? String(error.code) : error.message;
}
