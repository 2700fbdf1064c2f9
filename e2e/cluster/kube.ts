/** Every program of a cluster as one binary, built from Go modules: it acts as the program whose name it is called by. */
import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { cachePath, digestOf } from './cache.ts';
import { run, step, succeeds } from './run.ts';

const sources = join(import.meta.dirname, 'node/kube');

/**
 * Build the binary if it is not in the cache.
 *
 * @param version of Kubernetes, with its v, as it shall report it
 * @returns its path
 * @throws when there is no Go to build it with
 */
export async function buildKube(version: string): Promise<string> {
  const kube = cachePath('kube', digestOf([sources], version), 'kube');
  if (existsSync(kube)) return kube;
  if (!(await succeeds('go', ['version']))) {
    throw new Error(
      'nothing to make a cluster with: install kind and kubectl, or Go 1.26 to build them',
    );
  }
  mkdirSync(dirname(kube), { recursive: true });
  await step('build the programs of Kubernetes (about 6 minutes the first time)', () =>
    run(
      'go',
      [
        'build',
        '-trimpath',
        '-buildvcs=false',
        '-ldflags',
        flags(version),
        '-o',
        `${kube}.new`,
        '.',
      ],
      {
        cwd: sources,
        env: { CGO_ENABLED: '0' },
        timeoutSeconds: 3600,
      },
    ),
  );
  renameSync(`${kube}.new`, kube);
  return kube;
}

/** What the release build of Kubernetes links in: kubeadm and kubectl compare these versions. */
function flags(version: string): string {
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
  const sets = packages.flatMap((name) =>
    Object.entries(values).map(([key, value]) => `-X ${name}.${key}=${value}`),
  );
  return ['-s', '-w', ...sets].join(' ');
}
