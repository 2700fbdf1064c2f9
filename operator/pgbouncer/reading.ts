/** What the tables of a console say, as a reading. */
import type { PoolerReading } from '../pooling/ports.ts';
import type { Rows } from './console.ts';
import { fileLifetimeSeconds } from './files.ts';

/** The settings that bound a pool; the console sets all three. */
export const limitSettings = [
  'max_db_connections',
  'max_user_connections',
  'default_pool_size',
] as const;

/** Answers to `SHOW CONFIG`, `SHOW DATABASES`, `SHOW POOLS` and `SHOW SERVERS`. */
export interface Tables {
  readonly config: Rows;
  readonly databases: Rows;
  readonly pools: Rows;
  readonly servers: Rows;
}

/** @throws Error naming the column or setting that is missing, or that is no number as it should be */
export function readingOf({ config, databases, pools, servers }: Tables): PoolerReading {
  const limits = limitSettings.map((name) => count(settingOf(config, name), name));
  const unlimited = limitSettings.find((_, index) => limits[index] === 0);
  if (unlimited) throw new Error(`${unlimited} is 0: without limit`);
  const lifetime = settingOf(config, 'server_lifetime');
  if (!(Number(lifetime) > 0)) throw new Error(`server_lifetime is no time: ${lifetime}`);
  const cancels = sum(pools, 'sv_active_cancel');
  return {
    containerId: runOf(config).containerId,
    limit: Math.max(...limits),
    isRetiring: Number(lifetime) < fileLifetimeSeconds,
    current: Math.max(0, sum(databases, 'current_connections') - cancels),
    ...loadOf(pools),
    serverPids: servers
      .map((row) => count(cell(row, 'remote_pid'), 'remote_pid'))
      .filter((pid) => pid > 0),
  };
}

/**
 * What `SHOW POOLS` says of clients.
 *
 * @throws Error as `readingOf` does
 */
export function loadOf(pools: Rows): Pick<PoolerReading, 'active' | 'waiting'> {
  return { active: sum(pools, 'sv_active'), waiting: sum(pools, 'cl_waiting') };
}

/**
 * Which pod's pooler answers, and which run of its container.
 *
 * @throws Error when the pooler was not started by our image
 */
export function runOf(config: Rows): { readonly uid: string; readonly containerId: string } {
  const name = settingOf(config, 'job_name');
  const [, uid, containerId] = /^(.+)\.(run-\d+)$/.exec(name) ?? [];
  if (!uid || !containerId) throw new Error(`job_name names no pod and run: ${name}`);
  return { uid, containerId };
}

/** The value of one setting. @throws Error when the table does not have it */
export function settingOf(config: Rows, name: string): string {
  const row = config.find((one) => cell(one, 'key') === name);
  if (!row) throw new Error(`SHOW CONFIG has no ${name}`);
  return cell(row, 'value');
}

function sum(rows: Rows, column: string): number {
  return rows.reduce((total, row) => total + count(cell(row, column), column), 0);
}

function cell(row: Rows[number], column: string): string {
  const value = row[column];
  if (value === undefined) throw new Error(`the answer has no column ${column}`);
  return value ?? '';
}

function count(text: string, name: string): number {
  if (!/^\d+$/.test(text)) throw new Error(`${name} is no count: ${text}`);
  return Number(text);
}
