/** The files of a PgBouncer sidecar: what it pools, who may use it, and the limits at which it boots. */

/** The port of application and console alike. */
export const poolerPort = 6432;

/** The role of the console: its client certificate must carry this name. */
export const consoleUser = 'bellwether';

/** The database name under which PgBouncer serves its console. */
export const consoleDatabase = 'pgbouncer';

/** The name that a pooler's certificate must carry; its address is the pod's, which no certificate knows beforehand. */
export const poolerServerName = 'pooler.bellwether';

/** `server_lifetime` of the file, seconds: what a shrink restores. */
export const fileLifetimeSeconds = 3600;

/** Certificates and keys in PEM. The authority signs the pooler's certificate and the operator's. */
export interface PoolerTls {
  readonly authority: string;
  readonly certificate: string;
  readonly key: string;
}

export interface PoolerFilesOptions {
  /** `postgresql://USER:PASSWORD@HOST[:PORT]/DATABASE[?sslmode=...]`, as the application would use it without a pooler. */
  readonly databaseUrl: string;
  /** The limit F at which each run of the container begins, at least 1. */
  readonly floor: number;
  readonly tls: PoolerTls;
}

/**
 * The files of the folder `/etc/pgbouncer`, by name.
 *
 * The limits are only in `[pgbouncer]`: a `pool_size` of a database or a user would override what the console sets.
 *
 * @throws Error for a URL without one of its parts, for a value that the files cannot hold, or for a floor below 1
 */
export function poolerFiles({
  databaseUrl,
  floor,
  tls,
}: PoolerFilesOptions): Readonly<Record<string, string>> {
  if (!Number.isSafeInteger(floor) || floor < 1) {
    throw new Error(`floor: ${floor} is no whole number of at least 1 (0 would be without limit)`);
  }
  const target = parseDatabaseUrl(databaseUrl);
  return {
    'pgbouncer.ini': settings(target, floor),
    'hba.conf': accessRules(target),
    'userlist.txt': userList(target),
    'ca.crt': tls.authority,
    'tls.crt': tls.certificate,
    'tls.key': tls.key,
  };
}

/** The application's URL with the pooler of its own pod in place of the server. */
export function pooledUrl(databaseUrl: string): string {
  const { user, password, database } = parseDatabaseUrl(databaseUrl);
  const account = `${encodeURIComponent(user)}:${encodeURIComponent(password)}`;
  return `postgresql://${account}@127.0.0.1:${poolerPort}/${encodeURIComponent(database)}`;
}

interface Target {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  readonly password: string;
  readonly sslMode: string;
}

const sslModes = ['disable', 'allow', 'prefer', 'require'];

function parseDatabaseUrl(text: string): Target {
  if (!URL.canParse(text)) throw new Error('the database URL is no URL');
  const url = new URL(text);
  if (!/^postgres(ql)?:$/.test(url.protocol)) {
    throw new Error(`the database URL begins with ${url.protocol}, not with postgresql:`);
  }
  const part = (name: string, encoded: string, pattern: RegExp) => {
    const value = decodeURIComponent(encoded);
    if (!pattern.test(value)) {
      throw new Error(`the ${name} of the database URL is missing or has a character not taken`);
    }
    return value;
  };
  const sslMode = url.searchParams.get('sslmode') ?? 'prefer';
  if (!sslModes.includes(sslMode)) {
    throw new Error(`sslmode ${sslMode} of the database URL is none of ${sslModes.join(', ')}`);
  }
  return {
    host: part('host', url.hostname, /^[\w.:[\]-]+$/).replace(/^\[|\]$/g, ''),
    port: Number(url.port || 5432),
    database: part('database', url.pathname.slice(1), /^[\w-]+$/),
    user: part('user', url.username, /^[\w-]+$/),
    password: part('password', url.password, /^[^\0\r\n]+$/),
    sslMode,
  };
}

function settings({ host, port, database, sslMode }: Target, floor: number): string {
  return `[databases]
${database} = host=${host} port=${port} dbname=${database}

[pgbouncer]
listen_addr = *
listen_port = ${poolerPort}
unix_socket_dir =
pool_mode = transaction

; One budget over all pods: these three are set anew over the console, and begin at the floor.
max_db_connections = ${floor}
max_user_connections = ${floor}
default_pool_size = ${floor}
min_pool_size = 0
reserve_pool_size = 0
server_lifetime = ${fileLifetimeSeconds}
server_login_retry = 1
server_connect_timeout = 5

max_client_conn = 1000
max_prepared_statements = 200
ignore_startup_parameters = extra_float_digits

auth_type = hba
auth_hba_file = /etc/pgbouncer/hba.conf
auth_file = /etc/pgbouncer/userlist.txt
admin_users = ${consoleUser}
client_tls_sslmode = allow
client_tls_ca_file = /etc/pgbouncer/ca.crt
client_tls_cert_file = /etc/pgbouncer/tls.crt
client_tls_key_file = /etc/pgbouncer/tls.key
server_tls_sslmode = ${sslMode}

log_connections = 0
log_disconnections = 0
log_stats = 0
%include /tmp/run.ini
`;
}

/** The application from its own pod alone; the console from wherever the operator runs, by its certificate. */
function accessRules({ database, user }: Target): string {
  return `# type database user address method
host ${database} ${user} 127.0.0.1/32 scram-sha-256
host ${database} ${user} ::1/128 scram-sha-256
hostssl ${consoleDatabase} ${consoleUser} 0.0.0.0/0 cert
hostssl ${consoleDatabase} ${consoleUser} ::/0 cert
`;
}

function userList({ user, password }: Target): string {
  return `"${user}" "${password.replaceAll('"', '""')}"\n"${consoleUser}" ""\n`;
}
