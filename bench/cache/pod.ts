/** Pods of readers, and what their reads ask of the central Redis. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Redis } from 'ioredis';
import { quantile } from '../quantile.ts';
import type { ReaderOptions, ReadReport } from './orders.ts';

export interface Pod {
  /** Have each process read this often. */
  readonly read: (reads: number) => Promise<readonly ReadReport[]>;
  readonly close: () => Promise<void>;
}

export async function startPod(processes: number, options: ReaderOptions): Promise<Pod> {
  const started = Array.from({ length: processes }, () => startReader(options));
  const readers = await Promise.all(started);
  return {
    read: (reads) => Promise.all(readers.map(({ ask }) => ask(reads))),
    close: async () => {
      await Promise.all(readers.map(({ close }) => close()));
    },
  };
}

async function startReader(options: ReaderOptions) {
  const program = `${import.meta.dirname}/reader.ts`;
  const child = spawn(process.execPath, [program, JSON.stringify(options)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  await lines.next();
  return {
    ask: async (reads: number): Promise<ReadReport> => {
      child.stdin.write(`${reads}\n`);
      const { value } = await lines.next();
      if (value === undefined) throw new Error('a reader ended');
      return JSON.parse(value) as ReadReport;
    },
    close: () => ended(child),
  };
}

async function ended(child: ChildProcess): Promise<void> {
  const exit = once(child, 'exit');
  child.stdin?.end();
  await exit;
}

export interface Figures {
  readonly cpuUs: number;
  readonly p50Us: number;
  readonly p99Us: number;
  /** Of 100 reads, those that a Redis beside them or their memory answered, the central Redis, and the database. */
  readonly withinPod: number;
  readonly fromCentral: number;
  readonly loaded: number;
  /** Sent by the central Redis for each read. */
  readonly centralBytes: number;
}

/** What reads of a pod cost, and what of it the central Redis has to do. */
export async function measure(pod: Pod, central: Redis, reads: number): Promise<Figures> {
  const before = await statsOf(central);
  const reports = await pod.read(reads);
  const after = await statsOf(central);
  const all = reports.length * reads;
  const sum = (of: (report: ReadReport) => number) =>
    reports.reduce((total, report) => total + of(report), 0);
  const durations = reports.flatMap(({ durationsUs }) => durationsUs);
  const loads = sum((report) => report.loads);
  // Each load asks twice in vain: before it takes the lock, and with it.
  const fromCentral = Math.max(0, after.gets - before.gets - 2 * loads);
  return {
    cpuUs: sum(({ cpuUs }) => cpuUs) / all,
    p50Us: quantile(durations, 0.5),
    p99Us: quantile(durations, 0.99),
    withinPod: 100 * Math.max(0, 1 - (fromCentral + loads) / all),
    fromCentral: (100 * fromCentral) / all,
    loaded: (100 * loads) / all,
    centralBytes: (after.bytes - before.bytes) / all,
  };
}

async function statsOf(redis: Redis): Promise<{ readonly gets: number; readonly bytes: number }> {
  const info = await redis.info('stats', 'commandstats');
  const count = (pattern: RegExp) => Number(pattern.exec(info)?.[1] ?? 0);
  return {
    gets: count(/^cmdstat_get:calls=(\d+)/m),
    bytes: count(/^total_net_output_bytes:(\d+)/m),
  };
}
