/** Our own cluster node as a container image: Debian, the Kubernetes programs, and the cluster's images inside. */
import { copyFileSync, cpSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { debian, ensureBases, ensureImage } from './bases.ts';
import { cachePath } from './cache.ts';
import { metricsServerImage } from './metrics-server.ts';
import { run, step } from './run.ts';

/** Kubernetes 1.34 is the last that runs where control groups are of version 1. */
export const version = 'v1.34.4';

/** Paths of the programs that go onto a node. */
interface Programs {
  /** All of Kubernetes' own in one binary. */
  readonly kube: string;
  readonly metricsServer: string;
}

/**
 * Build the node image.
 *
 * @param image its name
 */
export async function buildNode(image: string, { kube, metricsServer }: Programs): Promise<void> {
  await ensureBases();
  await ensureImage('debian:bookworm-slim', () => debian('bookworm', 'debian:bookworm-slim'));
  const context = cachePath('build', 'node');
  rmSync(context, { recursive: true, force: true });
  cpSync(join(import.meta.dirname, 'node'), context, { recursive: true });
  for (const [name, program] of Object.entries({ kube, 'metrics-server': metricsServer })) {
    rmSync(join(context, name), { recursive: true });
    copyFileSync(program, join(context, name));
  }
  const empty = `${image}-empty`;
  await step("build the node's operating system", () =>
    run('docker', ['build', '--tag', empty, '--build-arg', `VERSION=${version}`, context]),
  );
  await step("build the cluster's own images", () => saveSystemImages(context));
  await step('load them into the node image', () =>
    loadImages(empty, join(context, 'images.tar'), image),
  );
  rmSync(context, { recursive: true });
}

/** Build the images that kubeadm asks for, under the names it asks for, and metrics-server's, into `images.tar`. */
async function saveSystemImages(context: string): Promise<void> {
  const names = [...(await systemImages(context)), metricsServerImage()];
  for (const name of names) {
    const [, program = ''] = /\/([a-z-]+):/.exec(name) ?? [];
    const target = ['coredns', 'pause', 'metrics-server'].includes(program) ? program : 'program';
    const file = join(context, 'system.Dockerfile');
    await run('docker', ['build', '--file', file, '--target', target, '--tag', name, context]);
  }
  await run('docker', ['save', '--output', join(context, 'images.tar'), ...names]);
  await run('docker', ['image', 'rm', ...names]);
}

async function systemImages(context: string): Promise<readonly string[]> {
  const kubeadm = join(context, 'kubeadm');
  symlinkSync('kube', kubeadm);
  const listed = await run(kubeadm, ['config', 'images', 'list', '--kubernetes-version', version]);
  rmSync(kubeadm);
  return listed.trim().split('\n');
}

/** Importing needs a running containerd, so a container does it and is then kept as the image. */
async function loadImages(from: string, archive: string, image: string): Promise<void> {
  const container = 'bellwether-node-build';
  await run('docker', ['rm', '--force', container]).catch(() => ''); // of a run that was cut off
  const mount = ['--volume', `${archive}:/images.tar:ro`];
  const entry = ['--entrypoint', 'import-images'];
  await run('docker', ['run', '--name', container, '--privileged', ...mount, ...entry, from]);
  const reset = ['--change', 'ENTRYPOINT ["/usr/local/bin/entrypoint"]', '--change', 'CMD []'];
  await run('docker', ['commit', ...reset, container, image]);
  await run('docker', ['rm', '--force', '--volumes', container]);
}
