/** The database of a budget, by the URL in its Secret, which is read again when it may have changed. */
import type { ConnectionBudget } from '../api/budget.ts';
import { messageOf } from '../message.ts';
import type { Database } from '../pooling/ports.ts';
import type { DatabaseOptions } from '../postgres/database.ts';

type Opened = Database & { readonly close: () => Promise<void> };

export type OpenDatabase = (options: DatabaseOptions) => Opened;

export type BudgetDatabase = Database & { readonly close: () => void };

export interface BudgetDatabaseOptions {
  /** Of the budget as it is now. */
  readonly spec: () => ConnectionBudget['spec']['database'];
  /** @throws when the Secret or the key is missing, or may not be read */
  readonly readUrl: (secret: { readonly name: string; readonly key: string }) => Promise<string>;
  readonly open: OpenDatabase;
  readonly timeoutMs: number;
  readonly wallMs: () => number;
  /** Told when PostgreSQL or the Secret cannot be asked, and again when the reason is another one. */
  readonly onTrouble: (error: unknown) => void;
}

interface Current {
  /** The Secret and the role. */
  readonly source: string;
  readonly url: string;
  readonly readAtMs: number;
  readonly database: Opened;
}

/** An old URL may go on working after the Secret has changed. */
const reReadMs = 60_000;
/** Each rebalance would wait for an answer that does not come. */
const pauseMs = 5000;

/** A database that is opened when it is first asked, and anew some time after a failure. */
export function createBudgetDatabase(options: BudgetDatabaseOptions): BudgetDatabase {
  let opened: Current | undefined;
  let failed: { readonly error: unknown; readonly atMs: number } | undefined;

  function close(): void {
    opened?.database.close().catch(() => {}); // whatever is still asked there is of no interest any more
    opened = undefined;
  }

  async function current(): Promise<Opened> {
    const { secretRef, role = '' } = options.spec();
    const source = JSON.stringify([secretRef, role]);
    const now = options.wallMs();
    if (opened?.source === source && now - opened.readAtMs < reReadMs) return opened.database;
    const url = await options.readUrl(secretRef);
    if (opened?.source !== source || opened.url !== url) close();
    const { timeoutMs } = options;
    const database = opened?.database ?? options.open({ url, role, timeoutMs });
    opened = { source, url, readAtMs: now, database };
    return database;
  }

  async function ask<T>(question: (database: Database) => Promise<T>): Promise<T> {
    if (failed && options.wallMs() - failed.atMs < pauseMs) throw failed.error;
    try {
      const answer = await question(await current());
      failed = undefined;
      return answer;
    } catch (error) {
      if (!failed || messageOf(failed.error) !== messageOf(error)) options.onTrouble(error);
      failed = { error, atMs: options.wallMs() };
      close();
      throw error;
    }
  }

  return {
    backendsOf: (addresses) => ask((database) => database.backendsOf(addresses)),
    setRoleLimit: (limit) => ask((database) => database.setRoleLimit(limit)),
    close,
  };
}
