/** The cluster's node image and the programs that drive it: published ones, or all of them built here. */
import { existsSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { hasImage, pull } from './bases.ts';
import { cachePath, digestOf } from './cache.ts';
import { buildKube } from './kube.ts';
import { buildMetricsServer } from './metrics-server.ts';
import { buildNode, version } from './node-build.ts';
import { run } from './run.ts';

/** Made for kind 0.33, which names its images by digest. */
const published =
  'kindest/node:v1.34.11@sha256:44e222ee2132dab25ff87301682f89eb82c7880ea3a1bf543bfe9708fd08d67d';

export interface Node {
  readonly image: string;
  /** Built here: it brings its own network and needs no registry. */
  readonly isOwn: boolean;
}

/** Have a node image, and `kind` and `kubectl` in the cache's `bin`; what was had before is found at once. */
export async function ensureNode(): Promise<Node> {
  const own = `bellwether/node:${version}-${digestOf([join(import.meta.dirname, 'node')], version)}`;
  const hasOwn = await hasImage(own);
  if (!hasOwn && ((await hasImage(published)) || (await pull(published)))) {
    await linkPrograms();
    return { image: published, isOwn: false };
  }
  const kube = await buildKube(version);
  for (const name of programs) link(name, kube);
  if (!hasOwn) await buildNode(own, { kube, metricsServer: await buildMetricsServer() });
  return { image: own, isOwn: true };
}

const programs = ['kind', 'kubectl'] as const;

/** The `kind` or `kubectl` that fits the cluster; there once {@link ensureNode} has returned. */
export function programPath(name: (typeof programs)[number]): string {
  return cachePath('bin', name);
}

/** Take the programs that the machine has, and build those that it lacks. */
async function linkPrograms(): Promise<void> {
  for (const name of programs) {
    if (existsSync(programPath(name))) continue;
    const found = await run('bash', ['-c', `command -v ${name}`]).catch(() => '');
    link(name, found.trim() || (await buildKube(version)));
  }
}

function link(name: (typeof programs)[number], target: string): void {
  rmSync(programPath(name), { force: true });
  symlinkSync(target, programPath(name));
}
