/** The database as the programs use it: Prisma over one bounded pool, every statement measured. */
import { PrismaPg } from '@prisma/adapter-pg';
import { Pool } from 'pg';
import type { Log } from '../log.ts';
import { PrismaClient } from './generated/client.ts';
import { createMeasuredClient } from './measure.ts';
import { patient } from './patience.ts';
import { createReaders, type Readers } from './readers.ts';
import { fingerprintOf } from './statement.ts';

export interface Database {
  readonly prisma: PrismaClient;
  /** Where a caller's reads go: a replica if there is one and it cannot be behind their writes. */
  readonly readers: Readers;
  /** Resolves when the primary answers. */
  readonly ping: () => Promise<void>;
  readonly connections: () => Connections;
  /** Be told of every statement, with its duration. */
  readonly onStatement: (listener: (durationMs: number) => void) => void;
  /** Close the connections once they are idle; later queries fail. */
  readonly close: () => Promise<void>;
}

/** Connections of this process, and callers waiting for one. */
interface Connections {
  readonly total: number;
  readonly idle: number;
  readonly waiting: number;
}

export interface DatabaseOptions {
  readonly url: string;
  /** Connections this process may open. */
  readonly poolSize: number;
  /** A replica for reads that may lag a little, with connections of its own. */
  readonly replica?: { readonly url: string; readonly poolSize: number } | undefined;
  readonly log: Log;
}

const slowStatementMs = 100;
/** Longest wait for a transaction to start, and longest transaction; the role's timeouts are shorter or equal. */
const transactionOptions = { maxWait: 9000, timeout: 10_000 };

/**
 * Open the database lazily: nothing is connected before the first query.
 *
 * Works through PgBouncer in transaction mode: no named statements, no `SET` outside transactions,
 * no session locks. Timeouts of statements and locks belong to the database role.
 */
export function openDatabase({ url, poolSize, replica: other, log }: DatabaseOptions): Database {
  const listeners: ((durationMs: number) => void)[] = [];
  const report = (text: string, durationMs: number) => {
    for (const listener of listeners) listener(durationMs);
    if (durationMs <= slowStatementMs) return;
    const statement = fingerprintOf(text);
    log.warn({ ...statement, durationMs: Math.round(durationMs) }, 'slow statement');
  };
  const primary = openPool(url, poolSize, log, report);
  const replica = other && openPool(other.url, other.poolSize, log, report);
  const pools = replica ? [primary, replica] : [primary];
  return {
    prisma: primary.prisma,
    readers: createReaders(primary.prisma, replica?.prisma),
    ping: async () => {
      await primary.pool.query('SELECT 1');
    },
    connections: () => ({
      total: sum(pools, ({ pool }) => pool.totalCount),
      idle: sum(pools, ({ pool }) => pool.idleCount),
      waiting: sum(pools, ({ pool }) => pool.waitingCount),
    }),
    onStatement: (listener) => {
      listeners.push(listener);
    },
    close: async () => {
      await Promise.all(pools.map(closePool));
    },
  };
}

interface OpenPool {
  readonly pool: Pool;
  readonly prisma: PrismaClient;
}

function openPool(
  connectionString: string,
  max: number,
  log: Log,
  report: (text: string, durationMs: number) => void,
): OpenPool {
  const pool = new Pool({
    connectionString,
    max,
    Client: createMeasuredClient(report),
    connectionTimeoutMillis: 5000,
    idleTimeoutMillis: 30_000,
    maxLifetimeSeconds: 1800,
    keepAlive: true,
    application_name: 'lms',
  });
  pool.on('error', ({ message }) => log.warn({ reason: message }, 'idle connection lost'));
  const adapter = patient(new PrismaPg(pool));
  return { pool, prisma: new PrismaClient({ adapter, transactionOptions }) };
}

async function closePool({ pool, prisma }: OpenPool): Promise<void> {
  await prisma.$disconnect();
  await pool.end();
}

function sum(pools: readonly OpenPool[], count: (pool: OpenPool) => number): number {
  return pools.reduce((total, pool) => total + count(pool), 0);
}
