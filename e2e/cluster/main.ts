/** The test cluster's commands: `up`, `images`, `down`, `stop-docker`, `forget`. */
import { readdirSync, rmSync } from 'node:fs';
import { cachePath, kubeconfigPath } from './cache.ts';
import { ensureDocker, hasDocker, isDockerUp, stopOwnDaemon } from './docker.ts';
import { buildImages, removeImages } from './images.ts';
import {
  blackholeClusterAddresses,
  deleteCluster,
  deployMetricsServer,
  ensureCluster,
  loadImages,
} from './kind.ts';
import { withLock } from './lock.ts';
import { ensureNode } from './node.ts';
import { say } from './run.ts';

const commands: Readonly<Record<string, () => Promise<void>>> = {
  async up() {
    const startMs = performance.now();
    await ensureDocker();
    await blackholeClusterAddresses(true);
    await ensureCluster(await ensureNode());
    await deployMetricsServer();
    await loadImages(await buildImages());
    say(`The cluster is up (${((performance.now() - startMs) / 1000).toFixed(1)} s).`);
    say(`export KUBECONFIG=${kubeconfigPath()} PATH=${cachePath('bin')}:$PATH`);
  },
  async images() {
    await ensureDocker();
    for (const tag of Object.values(await buildImages())) say(tag);
  },
  async down() {
    if (await hasDocker()) {
      await ensureDocker(); // a stopped one would bring the cluster back
      await deleteCluster();
    } else say('no Docker, so no cluster');
    await blackholeClusterAddresses(false);
  },
  async 'stop-docker'() {
    await stopOwnDaemon();
  },
  async forget() {
    if (await isDockerUp()) await removeImages();
    await stopOwnDaemon(); // it runs on files of the cache
    for (const entry of readdirSync(cachePath())) {
      if (entry !== 'lock') rmSync(cachePath(entry), { recursive: true, force: true });
    }
  },
};

const [name = ''] = process.argv.slice(2);
const command = commands[name];
if (!command) {
  say(`usage: node e2e/cluster/main.ts ${Object.keys(commands).join('|')}`);
  process.exit(2);
}
try {
  await withLock(command);
} catch (cause) {
  for (let error: unknown = cause; error instanceof Error; error = error.cause) say(error.message);
  process.exit(1);
}
