/** Waits while the database takes no connection for a moment, as in a restart: what has not begun is begun again. */
import { setTimeout as sleep } from 'node:timers/promises';
import {
  isDriverAdapterError,
  type SqlDriverAdapter,
  type SqlDriverAdapterFactory,
} from '@prisma/driver-adapter-utils';

interface Patience {
  /** No new try after this long. */
  readonly forMs: number;
  readonly retryMs: number;
}

/** Longer than a restart of PostgreSQL takes; shorter than callers wait for a transaction to start. */
const usual: Patience = { forMs: 8000, retryMs: 250 };

/** The same adapter, but a statement or transaction that found no database waits for it. */
export function patient(
  factory: SqlDriverAdapterFactory,
  patience = usual,
): SqlDriverAdapterFactory {
  return {
    provider: factory.provider,
    adapterName: factory.adapterName,
    connect: async () => patientAdapter(await factory.connect(), patience),
  };
}

function patientAdapter(adapter: SqlDriverAdapter, patience: Patience): SqlDriverAdapter {
  return {
    provider: adapter.provider,
    adapterName: adapter.adapterName,
    queryRaw: (query) => untilBegun(() => adapter.queryRaw(query), patience),
    executeRaw: (query) => untilBegun(() => adapter.executeRaw(query), patience),
    startTransaction: (level) => untilBegun(() => adapter.startTransaction(level), patience),
    executeScript: (script) => adapter.executeScript(script),
    getConnectionInfo: () => adapter.getConnectionInfo?.() ?? { supportsRelationJoins: false },
    dispose: () => adapter.dispose(),
  };
}

async function untilBegun<T>(attempt: () => Promise<T>, { forMs, retryMs }: Patience): Promise<T> {
  const deadline = performance.now() + forMs;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (!foundNoDatabase(error) || performance.now() + retryMs > deadline) throw error;
      await sleep(retryMs);
    }
  }
}

/** Only what is sure to have reached no database: a lost connection may have carried out what it was asked. */
function foundNoDatabase(error: unknown): boolean {
  if (!isDriverAdapterError(error)) return false;
  const { cause } = error;
  // Without a place PostgreSQL lets nobody in; PgBouncer passes its words on to those who are just coming.
  if (cause.kind === 'DatabaseNotReachable' || cause.kind === 'TooManyConnections') return true;
  const { originalCode, originalMessage = '' } = cause;
  const isStarting = originalCode === '57P03';
  const hasNoServer = originalMessage.startsWith('server login has been failing'); // PgBouncer
  return isStarting || hasNoServer;
}
