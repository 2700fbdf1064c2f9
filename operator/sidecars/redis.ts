/** The Redis sidecar: its container, and the files that it boots with. */
import { parseQuantity } from '../api/quantity.ts';
import {
  nearCacheUrl,
  type RedisFilesOptions,
  redisFileNames,
  redisFiles,
  redisFolder,
  redisPort,
} from '../redis/files.ts';
import { containerLimit } from '../redis/sizing.ts';
import { redisContainer, redisSecretName, redisUrlKey } from './names.ts';
import { nativeSidecar, type Resources, type Sidecar } from './sidecar.ts';

export interface RedisOptions extends RedisFilesOptions {
  readonly profile: string;
  readonly image: string;
  readonly resources: Resources | undefined;
  /** The most that the operator gives it, bytes. */
  readonly maxMemory: number;
}

/** Whoever may read the Secret mounted here is the container's user, whatever user that is. */
const readable = 0o444;

/** @throws Error for a memory limit that a Redis of this size would exceed */
export function redisSidecar(options: RedisOptions): Sidecar {
  const { profile, image, resources, maxMemory, passwords } = options;
  const secret = redisSecretName(profile);
  const least = containerLimit(maxMemory);
  const { memory } = resources?.limits ?? {};
  if (memory !== undefined && (parseQuantity(memory) ?? 0) < least) {
    throw new Error(
      `sidecars.redis.resources.limits.memory: ${memory} is less than the ${least} bytes that maxMemory ${maxMemory} needs`,
    );
  }
  const items = redisFileNames.map((key) => ({ key, path: key }));
  return {
    container: nativeSidecar({
      name: redisContainer,
      image,
      port: redisPort,
      args: [`${redisFolder}/redis.conf`],
      mounts: { [redisFolder]: { volume: redisContainer, readOnly: true } },
      resources,
      // Requested whole, for it never gives back what it once took; and of no size that changes, or pods would roll.
      defaults: {
        requests: { cpu: '10m', memory: String(least) },
        limits: { memory: String(least) },
      },
    }),
    volumes: [
      { name: redisContainer, secret: { secretName: secret, defaultMode: readable, items } },
    ],
    urls: { [redisUrlKey]: nearCacheUrl(passwords) },
    files: { secret, data: redisFiles(options) },
  };
}
