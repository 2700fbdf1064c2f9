/** Every program of a cluster as one binary, built from Go modules: it acts as the program whose name it is called by. */
import { join } from 'node:path';
import { buildGo } from './go.ts';

/**
 * Build the binary if it is not in the cache.
 *
 * @param version of Kubernetes, with its v, as it shall report it
 * @returns its path
 * @throws when there is no Go to build it with
 */
export async function buildKube(version: string): Promise<string> {
  return buildGo({
    name: 'kube',
    title: 'build the programs of Kubernetes (about 6 minutes the first time)',
    sources: join(import.meta.dirname, 'node/kube'),
    main: '.',
    values: versionValues(version),
    inputs: [version],
  });
}

/** What the release build of Kubernetes links in: kubeadm and kubectl compare these versions. */
function versionValues(version: string): Readonly<Record<string, string>> {
  const [major = '', minor = ''] = version.slice(1).split('.');
  const values = {
    gitVersion: version,
    gitMajor: major,
    gitMinor: minor,
    gitTreeState: 'clean',
    gitCommit: 'unknown',
    buildDate: '2026-01-01T00:00:00Z',
  };
  const packages = ['k8s.io/component-base/version', 'k8s.io/client-go/pkg/version'];
  return Object.fromEntries(
    packages.flatMap((name) =>
      Object.entries(values).map(([key, value]) => [`${name}.${key}`, value]),
    ),
  );
}
