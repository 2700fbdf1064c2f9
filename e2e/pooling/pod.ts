/** Pods as Docker has them: an address that stays, and containers in it that come and go. */
import { run } from '../cluster/run.ts';
import { addressOf, startContainer } from '../containers.ts';

/** The network of one pod, held by a container that does nothing. */
export interface Pod {
  /** The container that holds the network; the others join it. */
  readonly holder: string;
  readonly address: string;
}

/** @param image any with `sleep` */
export async function startPod(image: string): Promise<Pod> {
  const holder = await startContainer(image, ['--entrypoint', 'sleep'], ['infinity']);
  return { holder, address: await addressOf(holder) };
}

/** The option of `docker run` that puts a container into the pod. */
export function inPod({ holder }: Pod): readonly string[] {
  return ['--network', `container:${holder}`];
}

/** Send a signal to the first process of a container. */
export async function signal(container: string, name: 'KILL' | 'STOP' | 'CONT'): Promise<void> {
  await run('docker', ['kill', '--signal', name, container]);
}

/** End containers at once, without a word to them; those that are gone already do not matter. */
export async function removeAtOnce(containers: readonly string[]): Promise<void> {
  if (containers.length > 0) await run('docker', ['rm', '--force', '--volumes', ...containers]);
}
