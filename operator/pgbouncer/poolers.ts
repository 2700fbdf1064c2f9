/** Poolers as the ledger knows them, over the consoles of real PgBouncers. */
import { demandOf } from '../pooling/observation.ts';
import type { Pooler, PoolerAddress, Poolers } from '../pooling/ports.ts';
import { type Console, openConsole } from './console.ts';
import { fileLifetimeSeconds, type PoolerTls, poolerPort } from './files.ts';
import { limitSettings, loadOf, readingOf, runOf, settingOf } from './reading.ts';

/**
 * PgBouncer leaves `server_lifetime / default_pool_size` between two servers that it retires, and gives those that are
 * released meanwhile to the next client: with 0.02 s a pooler that shrinks to 2 would lose at most one each 10 ms.
 */
const shortLifetimeSeconds = 0.001;

export interface PoolersOptions {
  /** Asked for at each connection, since certificates are renewed. */
  readonly tls: () => PoolerTls;
  /** For a connection, and for each answer of a console. */
  readonly timeoutMs: number;
}

export interface PgbouncerPooler extends Pooler {
  /**
   * Have its files read again: a new password, new certificates. No client is cut. PgBouncer goes back to the file's
   * limits for a moment, which no lease is below, and gets its own again.
   *
   * @throws when the console cannot be asked, or reads back anything else
   */
  readonly renew: () => Promise<void>;
}

export interface PgbouncerPoolers extends Poolers {
  readonly connect: (pooler: PoolerAddress) => Promise<PgbouncerPooler>;
}

/** PgBouncer sidecars at the addresses of their pods. */
export function pgbouncerPoolers({ tls, timeoutMs }: PoolersOptions): PgbouncerPoolers {
  return {
    connect: async ({ uid, address }) => {
      const console = await openConsole({ host: address, port: poolerPort, tls: tls(), timeoutMs });
      try {
        // The address may have passed to another pod since it was looked up.
        const found = runOf(await console.ask('SHOW CONFIG')).uid;
        if (found !== uid) throw new Error(`${address} belongs to pod ${found}, not to ${uid}`);
      } catch (cause) {
        console.close();
        throw cause;
      }
      return poolerOf(console);
    },
  };
}

function poolerOf(console: Console): PgbouncerPooler {
  // The limit is asked for before the count: the count is then one under that limit or a lower one.
  const read = async () => {
    const [config, databases, pools, servers] = await Promise.all([
      console.ask('SHOW CONFIG'),
      console.ask('SHOW DATABASES'),
      console.ask('SHOW POOLS'),
      console.ask('SHOW SERVERS'),
    ]);
    return readingOf({ config, databases, pools, servers });
  };
  const demand = async () => demandOf(loadOf(await console.ask('SHOW POOLS')));
  const setLimit = async (limit: number) => {
    if (!Number.isSafeInteger(limit) || limit < 1) {
      throw new Error(`limit ${limit} is no whole number of at least 1`);
    }
    await setAndReadBack(
      console,
      limitSettings.map((name) => [name, limit]),
    );
  };
  const setLifetime = (lifetime: 'short' | 'restore') =>
    setAndReadBack(console, [
      ['server_lifetime', lifetime === 'short' ? shortLifetimeSeconds : fileLifetimeSeconds],
    ]);
  const renew = async () => {
    const { limit, isRetiring } = await read();
    await console.ask('RELOAD');
    await setLimit(limit);
    if (isRetiring) await setLifetime('short');
  };
  return { read, demand, setLimit, setLifetime, renew, close: console.close };
}

/** PgBouncer can answer SET with success and change nothing, so only what it shows afterwards counts. */
async function setAndReadBack(
  console: Console,
  settings: readonly (readonly [name: string, value: number])[],
): Promise<void> {
  // Sent together, in this order: the configuration is the one after them. Fractions are taken only in quotes.
  const words = settings.map(([name, value]) =>
    console.ask(`SET ${name} = ${Number.isInteger(value) ? value : `'${value}'`}`),
  );
  const [config] = await Promise.all([console.ask('SHOW CONFIG'), ...words]);
  for (const [name, value] of settings) {
    const shown = settingOf(config, name);
    if (Number(shown) !== value) throw new Error(`${name} was set to ${value} and is ${shown}`);
  }
}
