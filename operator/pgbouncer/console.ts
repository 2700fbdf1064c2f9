/** One connection to a PgBouncer console: TLS both ways, every answer within a time, no second connection by itself. */
import { Socket } from 'node:net';
import { checkServerIdentity } from 'node:tls';
import pg from 'pg';
import { consoleDatabase, consoleUser, type PoolerTls, poolerServerName } from './files.ts';

/** Rows of an answer, by column name: columns differ from version to version. */
export type Rows = readonly Readonly<Record<string, string | null>>[];

export interface Console {
  /**
   * Commands are sent at once, without waiting for the answers to those before, and carried out in order.
   *
   * @param command one that PgBouncer knows; its console has no parameters to bind
   * @throws what PgBouncer answered, or that it did not answer in time; after the latter nothing more is sent
   */
  readonly ask: (command: string) => Promise<Rows>;
  readonly close: () => void;
}

export interface ConsoleOptions {
  readonly host: string;
  readonly port: number;
  /** The operator's certificate and key, and the one authority that is trusted to have signed the pooler's. */
  readonly tls: PoolerTls;
  /** For the connection as a whole, and for each answer. */
  readonly timeoutMs: number;
}

/** @throws when there is no console at the address in time, or it is not the one that the authority vouches for */
export async function openConsole(options: ConsoleOptions): Promise<Console> {
  const { host, port, tls, timeoutMs } = options;
  const socket = new Socket();
  const client = new pg.Client({
    host,
    port,
    user: consoleUser,
    database: consoleDatabase,
    pipeline: true,
    stream: () => socket,
    ssl: {
      ca: tls.authority,
      cert: tls.certificate,
      key: tls.key,
      minVersion: 'TLSv1.2',
      checkServerIdentity: (_, certificate) => checkServerIdentity(poolerServerName, certificate),
    },
    // Everything comes as text; the console's columns change their types between versions.
    types: { getTypeParser: () => (value: string) => value },
  });
  let failure: Error | undefined;
  const reset = (cause: Error) => {
    failure ??= cause;
    if (!socket.destroyed) socket.resetAndDestroy();
  };
  client.on('error', reset);
  const within = <T>(work: Promise<T>, what: string): Promise<T> =>
    inTime(work, timeoutMs, () => {
      const late = new Error(`${what}: no answer from ${host}:${port} within ${timeoutMs} ms`);
      reset(late);
      return late;
    });
  try {
    await within(client.connect(), 'connect');
  } catch (cause) {
    reset(cause instanceof Error ? cause : new Error(String(cause)));
    throw cause;
  }
  return {
    ask: async (command) => {
      if (failure) throw new Error(`the console of ${host}:${port} is gone`, { cause: failure });
      return (await within(client.query(command), command)).rows;
    },
    close: () => reset(new Error('closed')),
  };
}

/** The work's own end, or the error once it takes too long; the work's later end is of no interest. */
async function inTime<T>(work: Promise<T>, timeoutMs: number, late: () => Error): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(late()), timeoutMs);
  try {
    return await Promise.race([work, promise]);
  } finally {
    clearTimeout(timer);
  }
}
