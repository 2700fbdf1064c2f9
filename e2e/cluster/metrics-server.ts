/** metrics-server, which tells what pods use: built from its Go module, or pulled by the node; deployed on the test cluster alone. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildGo } from './go.ts';

const sources = join(import.meta.dirname, 'node/metrics-server');

/** Where and how it runs; the image is {@link metricsServerImage}. */
export const metricsServerManifest = join(import.meta.dirname, 'metrics-server.yaml');

/** The name that its image is published under, at the version that go.mod pins. */
export function metricsServerImage(): string {
  return `registry.k8s.io/metrics-server/metrics-server:${pinnedVersion()}`;
}

/**
 * Build it if it is not in the cache. It has a module of its own: it asks for a later Kubernetes than the node runs.
 *
 * @returns its path
 * @throws when there is no Go to build it with
 */
export async function buildMetricsServer(): Promise<string> {
  return buildGo({
    name: 'metrics-server',
    title: 'build metrics-server (about 3 minutes the first time)',
    sources,
    main: 'sigs.k8s.io/metrics-server/cmd/metrics-server',
    values: { 'k8s.io/client-go/pkg/version.gitVersion': pinnedVersion() },
    inputs: [],
  });
}

function pinnedVersion(): string {
  const module = readFileSync(join(sources, 'go.mod'), 'utf8');
  const [, version] = /^\s+sigs\.k8s\.io\/metrics-server (v\S+)/m.exec(module) ?? [];
  if (!version) throw new Error(`${sources}/go.mod requires no metrics-server`);
  return version;
}
