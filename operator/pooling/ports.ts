/** What a rebalance needs of the outside: poolers' consoles and PostgreSQL. Everything here may fail; nothing may lie. */

/** Where a pooler runs. A container that restarts keeps the pod and its address. */
export interface PoolerAddress {
  readonly uid: string;
  readonly namespace: string;
  readonly name: string;
  /** The pod's IP, as PostgreSQL sees it in `pg_stat_activity.client_addr`. */
  readonly address: string;
}

/** What a pooler says of itself at one instant. */
export interface PoolerReading {
  /**
   * The run of the container that answered: `run-N`, where N is how often it had restarted in its pod, as Kubernetes counts in
   * `restartCount`. It comes from the process itself: the API server may still tell of the run before.
   */
  readonly containerId: string;
  /**
   * The highest of `max_db_connections`, `max_user_connections` and `default_pool_size` by `SHOW CONFIG`, so that a
   * set that was cut short counts as the larger; at least 1.
   */
  readonly limit: number;
  /** Whether `server_lifetime` is the short one that retires servers at the end of their transaction. */
  readonly isRetiring: boolean;
  /** Server connections, logins included, cancels left out: `SHOW DATABASES.current_connections`. */
  readonly current: number;
  /** `sv_active` over all pools. */
  readonly active: number;
  /** `cl_waiting` over all pools. */
  readonly waiting: number;
  /** `SHOW SERVERS.remote_pid` of every server that has one: its process in PostgreSQL. */
  readonly serverPids: readonly number[];
}

/**
 * One connection to the console of one container. It never connects anew by itself: after it broke, every call
 * rejects. A call that takes longer than the client's time-out resets the connection (no lingering), so that what was
 * not executed by then never is. Calls of one pooler are made one at a time.
 */
export interface Pooler {
  /** @throws when the console cannot be reached or its answer is not understood */
  readonly read: () => Promise<PoolerReading>;
  /**
   * What its clients ask for: `sv_active` and `cl_waiting` over all pools. A quarter of the work of a reading.
   *
   * @throws as `read` does
   */
  readonly demand: () => Promise<number>;
  /**
   * Set the three limits and read them back.
   *
   * @param limit at least 1: PgBouncer takes 0 for unlimited
   * @throws when the console reads back anything else
   */
  readonly setLimit: (limit: number) => Promise<void>;
  /**
   * `short`: retire servers at the end of their transaction (a short `server_lifetime`); `restore`: as the file has it.
   *
   * @throws when the console reads back anything else
   */
  readonly setLifetime: (lifetime: 'short' | 'restore') => Promise<void>;
  readonly close: () => void;
}

export interface Poolers {
  /** @throws when there is no console at the address within the client's time-out, or it is another pod's */
  readonly connect: (pooler: PoolerAddress) => Promise<Pooler>;
}

/** One server process in `pg_stat_activity`. */
export interface Backend {
  /** `client_addr`. */
  readonly address: string;
  readonly pid: number;
  /** Since `xact_start`, by PostgreSQL's clock; undefined outside a transaction. */
  readonly transactionSeconds: number | undefined;
}

export interface Database {
  /**
   * Every client backend from these addresses, of any role and database. A backend that is still logging in is not
   * in the view yet, so the end of a pooler is believed only some time after it.
   *
   * @throws when PostgreSQL cannot be asked
   */
  readonly backendsOf: (addresses: readonly string[]) => Promise<readonly Backend[]>;
  /**
   * `ALTER ROLE ... CONNECTION LIMIT` of the application's role, if it differs.
   *
   * @throws when PostgreSQL cannot be asked or refuses
   */
  readonly setRoleLimit: (limit: number) => Promise<void>;
}
