/** The kind cluster `bellwether`: one node, healthy or made anew, with our images on it. */
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { cachePath, kubeconfigPath } from './cache.ts';
import type { ImageTags } from './images.ts';
import { metricsServerManifest } from './metrics-server.ts';
import { type Node, programPath } from './node.ts';
import { run, runPipeline, say, step, succeeds, waitFor } from './run.ts';

const cluster = 'bellwether';
const container = `${cluster}-control-plane`;
const nodePorts = [30080, 30090];
const folders = ['postgres', 'redis-state', 'prometheus'].map(
  (name) => `/var/lib/bellwether/${name}`,
);

/** Have a cluster of this node image whose node is Ready; one that is not so within 30 s is made anew. */
export async function ensureCluster(node: Node): Promise<void> {
  const { image, isRunning } = await inspectNode();
  if (image === node.image) {
    if (!isRunning) await run('docker', ['start', container]);
    if (!existsSync(kubeconfigPath())) await kind('export', 'kubeconfig');
    if (await waitFor(isReady, 30)) return;
    say('- the cluster is there, but its node is not Ready in 30 s: making it anew');
  }
  if (image !== undefined) await deleteCluster();
  await step('create the cluster', () => create(node));
}

async function inspectNode(): Promise<{ image: string | undefined; isRunning: boolean }> {
  const format = '{{.Config.Image}} {{.State.Running}}';
  const found = await run('docker', ['inspect', '--format', format, container]).catch(() => '');
  const [image, running] = found.trim().split(' ');
  return { image: image || undefined, isRunning: running === 'true' };
}

async function isReady(): Promise<boolean> {
  const path = '{.items[*].status.conditions[?(@.type=="Ready")].status}';
  const query = ['get', 'nodes', '--request-timeout=3s', '--output', `jsonpath=${path}`];
  return (await kubectl(...query).catch(() => '')) === 'True';
}

async function create(node: Node): Promise<void> {
  const config = cachePath('kind.json');
  writeFileSync(config, JSON.stringify(configuration(node), null, 2));
  await kind('create', 'cluster', '--config', config, '--image', node.image, '--wait', '120s');
  await run('docker', ['exec', container, 'install', '-d', '-m', '777', ...folders]);
  await kubectl('-n', 'kube-system', 'rollout', 'status', 'deployment/coredns', '--timeout=120s');
}

/** Our own node has its network and resolver built in, and a kube-proxy that needs no more than nft. */
function configuration({ isOwn }: Node): object {
  const kubelet = {
    kind: 'KubeletConfiguration',
    failCgroupV1: false,
    resolvConf: '/etc/kubernetes-resolv.conf',
  };
  const ports = nodePorts.map((port) => ({
    containerPort: port,
    hostPort: port,
    listenAddress: '127.0.0.1',
  }));
  return {
    kind: 'Cluster',
    apiVersion: 'kind.x-k8s.io/v1alpha4',
    nodes: [{ role: 'control-plane', extraPortMappings: ports }],
    ...(isOwn && {
      networking: { disableDefaultCNI: true, kubeProxyMode: 'nftables' },
      kubeadmConfigPatches: [JSON.stringify(kubelet)],
    }),
  };
}

/** Have the cluster tell what pods use; it does so a little later. */
export async function deployMetricsServer(): Promise<void> {
  await kubectl('apply', '--server-side', '--force-conflicts', '--filename', metricsServerManifest);
}

/** Put onto the node those images that it lacks. */
export async function loadImages(tags: ImageTags): Promise<void> {
  const listed = await run('docker', ['exec', container, ...ctr, 'list', '--quiet']);
  const onNode = new Set(listed.split('\n'));
  const missing = Object.values(tags).filter((tag) => !onNode.has(`docker.io/${tag}`));
  if (missing.length === 0) return;
  const script = 'node=$1; shift; docker save "$@" | docker exec --interactive "$node" ';
  await step(`load ${missing.join(', ')} onto the node`, () =>
    runPipeline(`${script} ${ctr.join(' ')} import --digests -`, container, ...missing),
  );
}

const ctr = ['ctr', '--namespace', 'k8s.io', 'images'] as const;

/** Delete the cluster, if there is one, and its kubeconfig. */
export async function deleteCluster(): Promise<void> {
  if ((await inspectNode()).image !== undefined) {
    await step('delete the cluster', () =>
      run('docker', ['rm', '--force', '--volumes', container]),
    );
  }
  rmSync(kubeconfigPath(), { force: true });
}

/**
 * A mistyped pod or Service address shall not leave the machine by its default route.
 *
 * @param wanted false: take the routes away again
 */
export async function blackholeClusterAddresses(wanted: boolean): Promise<void> {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return;
  for (const range of ['10.244.0.0/16', '10.96.0.0/16']) {
    if (wanted) await run('ip', ['route', 'replace', 'blackhole', range]);
    else await succeeds('ip', ['route', 'delete', 'blackhole', range]);
  }
}

async function kind(...args: readonly string[]): Promise<string> {
  return run(programPath('kind'), [...args, '--name', cluster, '--kubeconfig', kubeconfigPath()]);
}

async function kubectl(...args: readonly string[]): Promise<string> {
  return run(programPath('kubectl'), ['--kubeconfig', kubeconfigPath(), ...args]);
}
