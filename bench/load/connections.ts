/** HTTP over connections that are given up after a while, so that new pods get their share of the requests. */
import { Agent, request as send } from 'node:http';
import type { Socket } from 'node:net';

/** A connection leads to one pod for as long as it lives; these bounds make it short. */
const longestUseMs = 5000;
const mostUses = 100;
/** Idle connections are closed well before a server would, so that none is closed under a request. */
const idleMs = 1500;
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

/** Keeps a connection alive only within the bounds. */
class RecyclingAgent extends Agent {
  readonly #lives = new WeakMap<Socket, { readonly sinceMs: number; uses: number }>();

  constructor() {
    super({ keepAlive: true, scheduling: 'lifo', timeout: idleMs, maxSockets: 512 });
  }

  /** Called when a request on `socket` is done; false closes it. */
  override keepSocketAlive(socket: Socket): boolean {
    const life = this.#lives.get(socket) ?? { sinceMs: performance.now(), uses: 0 };
    this.#lives.set(socket, life);
    life.uses += 1;
    socket.setTimeout(idleMs);
    return life.uses < mostUses && performance.now() - life.sinceMs < longestUseMs;
  }
}

export class Connections {
  readonly #agent = new RecyclingAgent();
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
