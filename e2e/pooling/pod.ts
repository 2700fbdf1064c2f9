/** Pods as Docker has them: an address that stays, and containers in it that come and go. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
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

/**
 * Take the far end of the pod's network link down for a while, as when a cable is pulled: packets both ways are lost, connections stay, and
 * nobody is told. Docker's own network is where that end is, and in a container one may reach it without being root on this machine.
 *
 * @param image any on Debian, for `perl`
 */
export async function cutOff({ holder }: Pod, image: string, forMs: number): Promise<void> {
  const index = await run('docker', ['exec', holder, 'cat', '/sys/class/net/eth0/iflink']);
  const script = await readFile(join(import.meta.dirname, 'cut-off.pl'), 'utf8');
  const rights = [
    '--network',
    'host',
    '--user',
    '0',
    '--cap-drop',
    'ALL',
    '--cap-add',
    'NET_ADMIN',
  ];
  const program = ['--entrypoint', 'perl', image, '-e', script, index.trim(), String(forMs / 1000)];
  await run('docker', ['run', '--rm', '--read-only', ...rights, ...program]);
}
