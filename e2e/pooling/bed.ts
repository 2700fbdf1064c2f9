/** One real PostgreSQL and as many real PgBouncers as asked for, on this machine alone. */
import { randomBytes, randomUUID } from 'node:crypto';
import { pooledUrl, poolerFiles, poolerPort } from '../../operator/pgbouncer/files.ts';
import { type PgbouncerPoolers, pgbouncerPoolers } from '../../operator/pgbouncer/poolers.ts';
import { openDatabase } from '../../operator/postgres/database.ts';
import { ensureBases } from '../cluster/bases.ts';
import { ensureDocker } from '../cluster/docker.ts';
import { removeFolders } from '../cluster/folders.ts';
import { buildDataImage } from '../cluster/images.ts';
import { withLock } from '../cluster/lock.ts';
import { run, runPipeline } from '../cluster/run.ts';
import {
  removeContainers,
  removeOrphans,
  runSql,
  startPostgres,
  untilPostgresReady,
  writeSecrets,
} from '../containers.ts';
import { type Certificates, makeCertificates } from './certificates.ts';
import { inPod, startPod } from './pod.ts';
import { type PoolerPod, startPoolerPod } from './pooler.ts';

export interface Bed {
  readonly certificates: Certificates;
  readonly database: ReturnType<typeof openDatabase>;
  readonly poolers: PgbouncerPoolers;
  /** The application's role, straight to PostgreSQL. */
  readonly databaseUrl: string;
  /** The superuser, straight to PostgreSQL: whom no limit of a role holds. */
  readonly superuserUrl: string;
  /** Start a pod with a pooler at a floor, as the operator configures it. */
  readonly startPooler: (floor: number, uid?: string) => Promise<PoolerPod>;
  /** How the application of a pod reaches its pooler; from outside the pod, since the load runs there. */
  readonly pooledUrl: (pod: PoolerPod) => string;
  readonly images: { readonly postgres: string; readonly pgbouncer: string };
  /** Give the application's role another password, or by default its first; returns its URL with it. */
  readonly setPassword: (changed?: string) => Promise<string>;
  /** Stop PostgreSQL as a failover does, sessions cut, and start it again; resolves when it answers. */
  readonly restartPostgres: () => Promise<void>;
  /** How often PostgreSQL refused somebody for there being too many connections. */
  readonly countRefusals: () => Promise<number>;
  /** Stop everything. */
  readonly close: () => Promise<void>;
}

/** A pod that vanishes says no goodbye: PostgreSQL has to find out by itself, while a query runs and while none does. */
const serverSettings = {
  max_connections: 400,
  client_connection_check_interval: '1s',
  tcp_keepalives_idle: 4,
  tcp_keepalives_interval: 2,
  tcp_keepalives_count: 2,
};

/** Start PostgreSQL and prepare the rest; everything is removed by `close`, or by the next run. */
export async function startBed(): Promise<Bed> {
  const images = await withLock(async () => {
    await ensureDocker();
    await ensureBases();
    return {
      postgres: await buildDataImage('postgres'),
      pgbouncer: await buildDataImage('pgbouncer'),
    };
  });
  await removeOrphans();
  const password = randomBytes(12).toString('hex');
  const secrets = writeSecrets(password);
  const pod = await startPod(images.postgres);
  const options = [...inPod(pod), '--volume', '/var/lib/postgresql'];
  const args = Object.entries(serverSettings).flatMap(([name, value]) => [
    '-c',
    `${name}=${value}`,
  ]);
  const postgres = await startPostgres(images.postgres, secrets, options, args);
  const certificates = makeCertificates();
  const url = (user: string) => `postgresql://${user}:${password}@${pod.address}/lms`;
  const timeoutMs = 2000;
  const database = openDatabase({ url: url('lms_operator'), role: 'lms', timeoutMs });
  const files = (floor: number) => {
    const made = poolerFiles({ databaseUrl: url('lms'), floor, tls: certificates.pooler });
    return { ...made, 'hba.conf': `${made['hba.conf']}host lms lms 0.0.0.0/0 scram-sha-256\n` };
  };
  return {
    certificates,
    database,
    poolers: pgbouncerPoolers({ tls: () => certificates.operator, timeoutMs }),
    databaseUrl: url('lms'),
    superuserUrl: url('postgres'),
    startPooler: (floor, uid = randomUUID()) => startPoolerPod(images.pgbouncer, uid, files(floor)),
    pooledUrl: ({ where }) =>
      pooledUrl(url('lms')).replace(`127.0.0.1:${poolerPort}`, `${where.address}:${poolerPort}`),
    images,
    setPassword: async (changed = password) => {
      await runSql(postgres, `alter role lms password '${changed}'`);
      return url('lms').replace(password, changed);
    },
    restartPostgres: async () => {
      await run('docker', ['restart', '--time', '10', postgres]);
      await untilPostgresReady(postgres);
    },
    countRefusals: async () => {
      const script =
        'docker logs "$1" 2>&1 | grep -c "too many connections\\|too many clients" || true';
      return Number(await runPipeline(script, postgres));
    },
    close: async () => {
      await database.close();
      await removeContainers(`runner=${process.pid}`);
      removeFolders();
    },
  };
}
