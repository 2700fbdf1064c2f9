/** Under which names sidecars, their Secrets and what marks them are found in a cluster. */
import { group } from '../api/profile.ts';

/** As what sidecars are written: the field manager that owns them in a workload and in Secrets. */
export const sidecarManager = 'bellwether-sidecars';

/** The Secret with the sidecars' authority, in the operator's namespace. */
export const authoritySecretName = 'bellwether-sidecars';

/** The Role that a namespace gives the operator for its sidecars. */
export const sidecarRole = 'bellwether-sidecars';

/** The container of PgBouncer in a pod. */
export const pgbouncerContainer = 'bellwether-pgbouncer';

/** The container of Redis in a pod. */
export const redisContainer = 'bellwether-redis';

/** The label of every workload with sidecars. */
export const sidecarLabel = `${group}/sidecars`;

/** Annotations of a workload with sidecars: whose profile asked for them, and a digest of what was applied. */
export const sidecarAnnotations = {
  profile: `${group}/sidecars-of`,
  digest: `${group}/sidecars-digest`,
} as const;

/** The Secret that the user's container refers to. */
export function pooledSecretName(profile: string): string {
  return `${profile}-pooled`;
}

/** The key of the pooled Secret with the database's URL through the pod's own pooler. */
export const databaseUrlKey = 'url';

/** The key of the pooled Secret with the URL of the pod's own Redis. */
export const redisUrlKey = 'redis-url';

/** The Secret with the files of the Redis beside each pod, and its passwords. */
export function redisSecretName(profile: string): string {
  return `${profile}-redis`;
}

/** The Secret with the files of the pooler's `/etc/pgbouncer`. */
export function poolerSecretName(profile: string): string {
  return `${profile}-pgbouncer`;
}
