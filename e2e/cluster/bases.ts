/** The public base images: pulled where there is a network, else made under their own names from packages. */
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ensurePackages, isRootOnDebian } from './docker.ts';
import { makeFolder } from './folders.ts';
import { run, runPipeline, step, succeeds } from './run.ts';

/** Make sure that every image our Dockerfiles are built on is there. */
export async function ensureBases(): Promise<void> {
  await ensureImage('debian:trixie-slim', () => debian('trixie', 'debian:trixie-slim'));
  await ensureImage('node:24-trixie-slim', node);
}

/** Make the image of a Debian release from its packages; needs root on Debian. */
export async function debian(release: string, image: string): Promise<void> {
  if (!isRootOnDebian()) {
    throw new Error(`${image} cannot be pulled, and only root on Debian can make it from packages`);
  }
  await ensurePackages();
  const root = makeFolder();
  try {
    await run('debootstrap', ['--variant=minbase', release, root]);
    const clutter = ['var/cache/apt', 'var/lib/apt/lists', 'usr/share/doc', 'usr/share/locale'];
    const excludes = clutter.map((path) => `--exclude=./${path}/*`);
    const script = 'root=$1 image=$2; shift 2; tar -C "$root" "$@" -c . | docker import - "$image"';
    await runPipeline(script, root, image, ...excludes);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

/** Node 24 on Debian, as the image of that name: the program is the one that npm installed for the tools. */
async function node(): Promise<void> {
  const bin = join(import.meta.dirname, '../../node_modules/node/bin');
  if (!existsSync(join(bin, 'node'))) throw new Error('run `make setup` first: Node 24 is missing');
  const dockerfile = join(import.meta.dirname, 'images/node/Dockerfile');
  await run('docker', ['build', '--tag', 'node:24-trixie-slim', '--file', dockerfile, bin]);
}

/**
 * Have an image: as it is, or pulled, or made.
 *
 * @param make called when it cannot be pulled
 */
export async function ensureImage(image: string, make: () => Promise<void>): Promise<void> {
  if (await hasImage(image)) return;
  if (await pull(image)) return;
  await step(`make ${image} (no registry to pull it from)`, make);
}

/** Whether Docker holds an image of this name. */
export async function hasImage(image: string): Promise<boolean> {
  return succeeds('docker', ['image', 'inspect', image]);
}

/** Pull an image; an unreachable registry says so within 15 s, a reachable one may take its time. */
export async function pull(image: string): Promise<boolean> {
  const listed = await succeeds('docker', ['manifest', 'inspect', image], { timeoutSeconds: 15 });
  if (!listed) return false;
  await step(`pull ${image}`, () =>
    run('docker', ['pull', '--quiet', image], { timeoutSeconds: 1800 }),
  );
  return true;
}
