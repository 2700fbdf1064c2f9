/** PgBouncers in pods, from the files that the operator makes. */
import { chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PoolerAddress } from '../../operator/pooling/ports.ts';
import { makeFolder } from '../cluster/folders.ts';
import { startContainer } from '../containers.ts';
import { cutOff, inPod, type Pod, removeAtOnce, startPod } from './pod.ts';

/** A pod with a pooler, whose container may be replaced. */
export interface PoolerPod {
  readonly where: PoolerAddress;
  /** The container that holds its network. */
  readonly holder: string;
  /** The container of the pooler that was started last. */
  readonly container: () => string;
  /** End the pooler at once and start another in the same pod. */
  readonly restart: () => Promise<void>;
  /** Lose every packet from and to the pod for a while; resolves when that is over. */
  readonly cutOff: (forMs: number) => Promise<void>;
  /** Replace files of `/etc/pgbouncer`, as the kubelet does when the Secret changes. */
  readonly write: (files: Readonly<Record<string, string>>) => void;
  /** End the pod at once, as `kubectl delete --force` does. */
  readonly remove: () => Promise<void>;
}

/** Start a pod with a pooler, which may take a moment until it answers. */
export async function startPoolerPod(
  image: string,
  uid: string,
  files: Readonly<Record<string, string>>,
): Promise<PoolerPod> {
  const folder = makeFolder();
  for (const name of ['etc', 'tmp']) mkdirSync(join(folder, name));
  chmodSync(folder, 0o755); // PgBouncer in the container has another user id
  chmodSync(join(folder, 'tmp'), 0o777);
  const write = (changed: Readonly<Record<string, string>>) => {
    for (const [file, text] of Object.entries(changed))
      writeFileSync(join(folder, 'etc', file), text);
  };
  write(files);
  const pod = await startPod(image);
  const start = () => startPooler(image, uid, pod, folder);
  let container = await start();
  return {
    where: { uid, namespace: 'test', name: uid, address: pod.address },
    holder: pod.holder,
    container: () => container,
    write,
    cutOff: (forMs) => cutOff(pod, image, forMs),
    restart: async () => {
      await removeAtOnce([container]);
      container = await start();
    },
    remove: async () => {
      await removeAtOnce([container, pod.holder]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function startPooler(image: string, uid: string, pod: Pod, folder: string): Promise<string> {
  // The folders outlive the container, as volumes of a pod do.
  const files = ['--volume', `${join(folder, 'etc')}:/etc/pgbouncer:ro`];
  const kept = ['--volume', `${join(folder, 'tmp')}:/tmp`];
  const settings = ['--env', `POD_UID=${uid}`, '--security-opt', 'no-new-privileges'];
  const options = [...files, ...kept, ...inPod(pod), ...settings];
  return startContainer(image, options);
}
