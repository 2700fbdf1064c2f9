/** What the pods of the LMS have in common: settings, secret files, identity. */
import type { Environment } from '../../cdk8s/environments.ts';
import type { Mount, Program } from '../../cdk8s/pod.ts';

/** User and group of the LMS image. */
export const lmsUser = 10001;

/** ConfigMap of the non-secret settings. */
export const settingsName = 'lms-settings';

const secretsPath = '/run/secrets/lms';

/** Keys of the Secret `lms`, by the setting that names the file. */
const secretKeys = {
  DATABASE_URL: 'database-url',
  REDIS_CACHE_URL: 'redis-cache-url',
  REDIS_STATE_URL: 'redis-state-url',
  SIGNING_KEY: 'signing-key',
  CURSOR_KEY: 'cursor-key',
} as const;

export function settings(environment: Environment): Record<string, string> {
  return { PORT: '8080', METRICS_PORT: '9464', LOG_LEVEL: 'info', ...environment.settings };
}

/** The Secret `secret` as files, and the variables that name them. */
export function secretFiles(
  secret: string,
  keys: Readonly<Record<string, string>>,
): Required<Pick<Program, 'env' | 'mounts'>> {
  const names = Object.entries(keys).map(([name, key]) => [
    `${name}_FILE`,
    `${secretsPath}/${key}`,
  ]);
  const mount: Mount = { type: 'secret', secret };
  return { env: Object.fromEntries(names), mounts: { [secretsPath]: mount } };
}

/** All that the API and the worker read. */
export function lmsSecretFiles(environment: Environment): ReturnType<typeof secretFiles> {
  const replica = environment.readReplica ? { READ_DATABASE_URL: 'read-database-url' } : {};
  return secretFiles('lms', { ...secretKeys, ...replica });
}
