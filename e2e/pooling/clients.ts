/** Clients that never pause: each runs one short transaction after another over its own connection. */
import pg from 'pg';

export interface Clients {
  /** Transactions that ended well so far. */
  readonly done: () => number;
  /** What clients were told instead of an answer, so far. */
  readonly errors: () => readonly string[];
  readonly stop: () => Promise<void>;
}

/** @param seconds how long each transaction holds its connection */
export async function startClients(url: string, count: number, seconds: number): Promise<Clients> {
  const errors: string[] = [];
  let done = 0;
  let isStopping = false;
  const run = async () => {
    const client = new pg.Client({ connectionString: url });
    client.on('error', (error) => errors.push(error.message));
    try {
      await client.connect();
      while (!isStopping) {
        await client.query('select pg_sleep($1)', [seconds]);
        done++;
      }
    } catch (cause) {
      errors.push(String(cause));
    }
    await client.end().catch(() => {});
  };
  const runs = Array.from({ length: count }, run);
  return {
    done: () => done,
    errors: () => errors,
    stop: async () => {
      isStopping = true;
      await Promise.all(runs);
    },
  };
}
