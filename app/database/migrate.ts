/** The migration Job: brings the database to the schema of this program and exits. */
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { createLog, type Log } from '../log.ts';
import { applyMigrations } from './apply.ts';
import { readMigrations } from './migrations.ts';

const patienceMs = 120_000;
const retryMs = 1000;

/** Of the owner role: from the file that `DATABASE_URL_FILE` names, or from `DATABASE_URL`. */
function readDatabaseUrl({ DATABASE_URL_FILE, DATABASE_URL }: NodeJS.ProcessEnv): string {
  const url = DATABASE_URL_FILE ? readFileSync(DATABASE_URL_FILE, 'utf8').trim() : DATABASE_URL;
  if (!url) throw new Error('faulty settings:\n  DATABASE_URL: is not set');
  return url;
}

/** A connection once the database takes one; gives up after two minutes. */
async function connect(connectionString: string, log: Log): Promise<Client> {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    const client = new Client({ connectionString, application_name: 'lms-migrate' });
    // A connection lost later makes the running query reject; this only keeps the process alive.
    client.on('error', ({ message }) => log.warn({ reason: message }, 'connection lost'));
    try {
      await client.connect();
      return client;
    } catch (cause) {
      if (Date.now() > deadline) throw new Error('the database takes no connection', { cause });
      log.info({ reason: reasonOf(cause) }, 'waiting for the database');
      await sleep(retryMs);
    }
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message || error.name : String(error);
}

const log = createLog(process.env.LOG_LEVEL ?? 'info');
try {
  const client = await connect(readDatabaseUrl(process.env), log);
  const applied = await applyMigrations(client, readMigrations());
  await client.end();
  log.info({ applied }, 'the database is up to date');
} catch (err) {
  log.fatal({ err }, 'migrating failed');
  process.exitCode = 1;
}
