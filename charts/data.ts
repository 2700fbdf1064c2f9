/** PostgreSQL and the two Redises for clusters without managed ones: one instance of each. */
import { Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import type { Images } from '../cdk8s/images.ts';
import { namespaces } from '../cdk8s/labels.ts';
import { commandProbes, tcpProbes } from '../cdk8s/probes.ts';
import { migrationName } from './app/migration.ts';
import { Store } from './data/store.ts';

/** Users of the images; see "Data images" in docs/names.md. */
const postgresUser = 999;
const redisUser = 999;

const postgresSecrets = '/run/secrets/postgres';
const operatorSecrets = '/run/secrets/operator';
const lms = ['lms-api', 'lms-worker'].map((name) => ({ namespace: namespaces.lms, name }));

export class DataChart extends Chart {
  constructor(scope: Construct, id: string, images: Images) {
    super(scope, id);
    this.#postgres(images.postgres);
    this.#redis(images.redis, 'redis-cache', cacheArgs);
    this.#redis(images.redis, 'redis-state', stateArgs, '/var/lib/bellwether/redis-state');
  }

  #postgres(image: string) {
    new Store(this, 'postgres', {
      program: {
        name: 'postgres',
        image,
        args: postgresArgs,
        env: {
          POSTGRES_SUPERUSER_PASSWORD_FILE: `${postgresSecrets}/superuser-password`,
          OWNER_PASSWORD_FILE: `${postgresSecrets}/owner-password`,
          APP_PASSWORD_FILE: `${postgresSecrets}/app-password`,
          OPERATOR_PASSWORD_FILE: `${operatorSecrets}/password`,
        },
        ports: { postgres: 5432 },
        mounts: {
          '/var/lib/postgresql': { type: 'claim', claim: 'data' },
          [postgresSecrets]: { type: 'secret', secret: 'postgres' },
          [operatorSecrets]: { type: 'secret', secret: 'operator-database' },
        },
        probes: commandProbes('pg_isready', '--quiet', '--host=127.0.0.1'),
        cpuRequest: '100m',
        memoryRequest: '256Mi',
        memoryLimit: '1Gi',
        user: postgresUser,
        // A fast shutdown ends sessions and writes a checkpoint.
        terminationGracePeriodSeconds: 60,
      },
      port: 5432,
      clients: [
        ...lms,
        { namespace: namespaces.lms, name: migrationName },
        { namespace: namespaces.operator, name: 'bellwether-operator' },
      ],
      nodePath: '/var/lib/bellwether/postgres',
    });
  }

  #redis(image: string, name: string, args: readonly string[], nodePath?: string) {
    new Store(this, name, {
      program: {
        name,
        image,
        args: ['--aclfile', '/etc/redis/users.acl', ...args],
        ports: { redis: 6379 },
        mounts: {
          '/data': nodePath
            ? { type: 'claim', claim: 'data' }
            : { type: 'empty', sizeLimit: '256Mi' },
          '/etc/redis': { type: 'secret', secret: name },
        },
        probes: tcpProbes('redis'),
        cpuRequest: '30m',
        memoryRequest: '64Mi',
        memoryLimit: '256Mi',
        user: redisUser,
      },
      port: 6379,
      clients: lms,
      ...(nodePath ? { nodePath } : {}),
    });
  }
}

/**
 * Clients that vanished with their pod or node are noticed: while a query runs within a second, while none does within 20 s.
 * Until then they hold connections that others could have.
 */
const postgresArgs = [
  'client_connection_check_interval=1s',
  'tcp_keepalives_idle=10',
  'tcp_keepalives_interval=5',
  'tcp_keepalives_count=2',
].flatMap((setting) => ['-c', setting]);

/** What does not fit is evicted, what is lost is read again: nothing is written to disk. */
const cacheArgs = ['--maxmemory', '96mb', '--maxmemory-policy', 'allkeys-lfu', '--save', ''];

/**
 * Queues and sessions: nothing is evicted. Each command is in the append-only file before its answer is sent,
 * so a killed Redis loses nothing; a node that loses power loses at most a second.
 */
const stateArgs = [
  '--maxmemory',
  '160mb',
  '--maxmemory-policy',
  'noeviction',
  '--appendonly',
  'yes',
  '--appendfsync',
  'everysec',
];
