/** The PgBouncer sidecar: its container, and the files that it boots with. */

import type { SecretData } from '../kubernetes/secrets.ts';
import { type PoolerTls, pooledUrl, poolerFiles, poolerPort } from '../pgbouncer/files.ts';
import { databaseUrlKey, pgbouncerContainer, poolerSecretName } from './names.ts';
import { nativeSidecar, type Resources, type Sidecar } from './sidecar.ts';

export interface PgbouncerOptions {
  readonly profile: string;
  readonly image: string;
  readonly resources: Resources | undefined;
  /** The application's own, without a pooler. */
  readonly databaseUrl: string;
  /** What its file says, and each run of the container begins with. */
  readonly floor: number;
  readonly tls: PoolerTls;
}

/** Whoever may read the Secret mounted here is the container's user, whatever user that is. */
const readable = 0o444;

/** @throws Error for a database URL that a pooler cannot use */
export function pgbouncerSidecar(options: PgbouncerOptions): Sidecar {
  const { profile, image, resources, databaseUrl, floor, tls } = options;
  const secret = poolerSecretName(profile);
  const [files, scratch] = [pgbouncerContainer, `${pgbouncerContainer}-tmp`];
  return {
    container: nativeSidecar({
      name: pgbouncerContainer,
      image,
      port: poolerPort,
      env: [{ name: 'POD_UID', valueFrom: { fieldRef: { fieldPath: 'metadata.uid' } } }],
      mounts: { '/etc/pgbouncer': { volume: files, readOnly: true }, '/tmp': { volume: scratch } },
      resources,
      defaults: { requests: { cpu: '10m', memory: '16Mi' }, limits: { memory: '64Mi' } },
    }),
    volumes: [
      { name: files, secret: { secretName: secret, defaultMode: readable } },
      { name: scratch, emptyDir: { sizeLimit: '16Mi' } },
    ],
    urls: { [databaseUrlKey]: pooledUrl(databaseUrl) },
    files: { secret, data: poolerFiles({ databaseUrl, floor, tls }) },
  };
}

/** The floor that files of a pooler say; undefined: they are none. */
export function floorOf(files: SecretData): number | undefined {
  const [, floor] = /^max_db_connections = (\d+)$/m.exec(files['pgbouncer.ini'] ?? '') ?? [];
  return floor === undefined ? undefined : Number(floor);
}
