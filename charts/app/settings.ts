/** What the pods of the LMS have in common: settings, secret files, identity. */
import type { Environment } from '../../cdk8s/environments.ts';
import type { Mount, Program } from '../../cdk8s/pod.ts';

/** User and group of the LMS image. */
export const lmsUser = 10001;

/** ConfigMap of the non-secret settings. */
export const settingsName = 'lms-settings';

const secretsPath = '/run/secrets/lms';
const pooledPath = '/run/secrets/pooled';

/** Keys of the Secret `lms`, by the setting that names the file. */
const secretKeys = {
  REDIS_CACHE_URL: 'redis-cache-url',
  REDIS_STATE_URL: 'redis-state-url',
  SIGNING_KEY: 'signing-key',
  CURSOR_KEY: 'cursor-key',
} as const;

export function settings(environment: Environment): Record<string, string> {
  return { PORT: '8080', METRICS_PORT: '9464', LOG_LEVEL: 'info', ...environment.settings };
}

type SecretFiles = Required<Pick<Program, 'env' | 'mounts'>>;

/** The Secret `secret` as files of a folder, and the variables that name them. */
export function secretFiles(
  secret: string,
  keys: Readonly<Record<string, string>>,
  path = secretsPath,
): SecretFiles {
  const names = Object.entries(keys).map(([name, key]) => [`${name}_FILE`, `${path}/${key}`]);
  const mount: Mount = { type: 'secret', secret };
  return { env: Object.fromEntries(names), mounts: { [path]: mount } };
}

/**
 * All that a scaled workload reads. Its database is the pooler beside it, whose URL is in a Secret that the operator makes for its
 * ScaleProfile, of the same name: a pod that is there sooner waits for it.
 */
export function lmsSecretFiles(environment: Environment, workload: string): SecretFiles {
  const replica = environment.readReplica ? { READ_DATABASE_URL: 'read-database-url' } : {};
  const own = secretFiles('lms', { ...secretKeys, ...replica });
  const pooled = secretFiles(`${workload}-pooled`, { DATABASE_URL: 'url' }, pooledPath);
  return { env: { ...own.env, ...pooled.env }, mounts: { ...own.mounts, ...pooled.mounts } };
}
