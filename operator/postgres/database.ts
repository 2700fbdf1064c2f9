/** PostgreSQL's own word on who is connected, and the limit that it enforces itself. */
import pg from 'pg';
import type { Backend, Database } from '../pooling/ports.ts';

export interface DatabaseOptions {
  /** Of the operator's role: member of `pg_read_all_stats`, and with the admin option on the application's role. */
  readonly url: string;
  /** The application's role, whose connections are limited. */
  readonly role: string;
  readonly timeoutMs: number;
}

/** One connection at a time, opened when it is needed: it counts towards the reserve. */
export function openDatabase({ url, role, timeoutMs }: DatabaseOptions): Database & {
  readonly close: () => Promise<void>;
} {
  const pool = new pg.Pool({
    connectionString: url,
    max: 1,
    connectionTimeoutMillis: timeoutMs,
    query_timeout: timeoutMs,
    statement_timeout: timeoutMs,
    application_name: 'bellwether-operator',
  });
  pool.on('error', () => {}); // an idle connection that breaks is replaced by the next question
  return {
    backendsOf: async (addresses) => {
      const { rows } = await pool.query<BackendRow>(backendsQuery, [addresses]);
      const [first] = rows;
      // Without the right, others' addresses are hidden: nobody would be seen where somebody is.
      if (!first?.may_see) {
        throw new Error(
          'the role is no member of pg_read_all_stats and cannot see who is connected',
        );
      }
      return rows.flatMap(backendOf);
    },
    setRoleLimit: async (limit) => {
      const { rows } = await pool.query('select rolconnlimit from pg_roles where rolname = $1', [
        role,
      ]);
      if (rows.length === 0) throw new Error(`there is no role ${role}`);
      if (rows[0].rolconnlimit === limit) return;
      if (!Number.isSafeInteger(limit) || limit < 0) {
        throw new Error(`the limit of role ${role} cannot be ${limit}`);
      }
      await pool.query(`alter role ${pg.escapeIdentifier(role)} connection limit ${limit}`);
    },
    close: () => pool.end(),
  };
}

interface BackendRow {
  readonly may_see: boolean;
  readonly address: string | null;
  readonly pid: number | null;
  readonly seconds: number | null;
}

/** At least one row, which says whether the role may see others' connections. */
const backendsQuery = `
  select pg_has_role(current_user, 'pg_read_all_stats', 'usage') as may_see,
         host(client_addr) as address, pid,
         extract(epoch from clock_timestamp() - xact_start)::float8 as seconds
  from (select) as one
  left join pg_stat_activity on client_addr = any($1::inet[]) and backend_type = 'client backend'`;

function backendOf({ address, pid, seconds }: BackendRow): readonly Backend[] {
  if (address === null || pid === null) return [];
  return [{ address, pid, transactionSeconds: seconds ?? undefined }];
}
