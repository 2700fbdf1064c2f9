/** Redis sidecars in containers, from the files that the operator makes, with the memory that a pod would have. */
import { chmodSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  redisFileNames,
  redisFolder,
  redisPort,
  redisTlsPort,
} from '../../operator/redis/files.ts';
import { makeFolder } from '../cluster/folders.ts';
import { run } from '../cluster/run.ts';
import { portOf, startContainer, untilReady } from '../containers.ts';

export interface RedisSidecar {
  readonly container: string;
  /** Ports of 127.0.0.1: the application's, and the operator's. */
  readonly port: number;
  readonly tlsPort: number;
  /** Replace files, as the kubelet does when the Secret changes. */
  readonly write: (files: Readonly<Record<string, string>>) => void;
  readonly remove: () => Promise<void>;
}

/** @param memoryLimit of the container, bytes */
export async function startRedisSidecar(
  image: string,
  files: Readonly<Record<string, string>>,
  memoryLimit: number,
): Promise<RedisSidecar> {
  const folder = makeFolder();
  chmodSync(folder, 0o755); // Redis in the container has another user id
  const write = (changed: Readonly<Record<string, string>>) => {
    for (const name of redisFileNames) writeFileSync(join(folder, name), changed[name] ?? '');
  };
  write(files);
  const container = await startContainer(
    image,
    [
      ...['--volume', `${folder}:${redisFolder}:ro`, '--security-opt', 'no-new-privileges'],
      ...['--memory', `${memoryLimit}b`, '--memory-swap', `${memoryLimit}b`],
      ...[redisPort, redisTlsPort].flatMap((port) => ['--publish', `127.0.0.1:0:${port}`]),
    ],
    [`${redisFolder}/redis.conf`],
  );
  await untilReady(container, ['redis-cli', 'ping']);
  return {
    container,
    port: await portOf(container, redisPort),
    tlsPort: await portOf(container, redisTlsPort),
    write,
    remove: async () => {
      await run('docker', ['rm', '--force', '--volumes', container]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
