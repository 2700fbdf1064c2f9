/**
 * Runs in a pod: counts the connections of the application's role in PostgreSQL's own view, ten times a second, until it is ended.
 *
 *     DATABASE_URL=... node backends.mjs ROLE     a role that may see everybody's connections
 *
 * Prints `{"looks": n, "most": n}` each second: how often it could look, and the most that it ever saw. Where PostgreSQL does not answer
 * it goes on trying.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';

const [role = ''] = process.argv.slice(2);
const pool = new pg.Pool({
  connectionString: process.env.DATABASE_URL,
  max: 1,
  connectionTimeoutMillis: 1000,
  query_timeout: 1000,
});
pool.on('error', () => {}); // PostgreSQL may be restarted; the next look connects anew
const query = 'select count(*)::int as count from pg_stat_activity where usename = $1';

let looks = 0;
let most = 0;
setInterval(() => console.log(JSON.stringify({ looks, most })), 1000);
for (;;) {
  try {
    const { rows } = await pool.query<{ count: number }>(query, [role]);
    most = Math.max(most, rows[0]?.count ?? 0);
    looks += 1;
  } catch {
    // As above.
  }
  await sleep(100);
}
