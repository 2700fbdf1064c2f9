/** A Node program run as a pod inside the cluster, handed over as one bundle in a ConfigMap. */
import type {
  V1ConfigMap,
  V1EnvVar,
  V1Pod,
  V1PodSpec,
  V1SecurityContext,
} from '@kubernetes/client-node';
import { build } from 'esbuild';
import { apply, read, remove, request, until } from './kubernetes.ts';
import { nodeImage, restricted } from './testbed/pods.ts';

export interface Program {
  readonly namespace: string;
  readonly name: string;
  /** Path of its source. */
  readonly entry: string;
  readonly args?: readonly string[];
  /** @default none */
  readonly env?: readonly V1EnvVar[];
  /** Laid over the pod's spec, such as the node to run on. */
  readonly pod?: Partial<V1PodSpec>;
  /** @default what the Pod Security standard `restricted` asks for */
  readonly securityContext?: V1SecurityContext;
}

/** Start it; an earlier run of the same name is removed first. */
export async function startProgram(program: Program): Promise<void> {
  const { namespace, name, entry, args = [] } = program;
  const metadata = { namespace, name };
  await remove({ apiVersion: 'v1', kind: 'Pod', metadata }, 0);
  await apply<V1ConfigMap>({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata,
    data: { 'main.mjs': await bundle(entry) },
  });
  await apply<V1Pod>({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata,
    spec: {
      automountServiceAccountToken: false,
      restartPolicy: 'Never',
      terminationGracePeriodSeconds: 1,
      containers: [
        {
          name: 'program',
          image: await nodeImage(),
          command: ['node', '/program/main.mjs', ...args],
          ...(program.env && { env: [...program.env] }),
          securityContext: program.securityContext ?? restricted,
          volumeMounts: [{ name: 'program', mountPath: '/program' }],
        },
      ],
      volumes: [{ name: 'program', configMap: { name } }],
      ...program.pod,
    },
  });
}

/** Packages that are CommonJS inside ask for Node's modules by `require`. */
const commonJs = `import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);`;

async function bundle(entry: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    platform: 'node',
    format: 'esm',
    target: 'node24',
    banner: { js: commonJs },
  });
  return outputFiles.map(({ text }) => text).join('');
}

/** Wait for its end and return what it printed. @throws when it failed, with its last lines */
export async function outputOf(program: Program, seconds: number): Promise<string> {
  const { namespace, name } = program;
  const phase = await until(`program ${name} to end`, seconds, async () => {
    const pod = await read<V1Pod>('v1', 'Pod', namespace, name);
    const seen = pod?.status?.phase;
    return (seen === 'Succeeded' || seen === 'Failed') && seen;
  });
  const output = await logOf(program);
  if (phase === 'Failed') throw new Error(`program ${name} failed: ${output.slice(-2000)}`);
  return output;
}

/** What it printed so far. */
export async function logOf({
  namespace,
  name,
}: Pick<Program, 'namespace' | 'name'>): Promise<string> {
  const log = await request('GET', `/api/v1/namespaces/${namespace}/pods/${name}/log`);
  return log.status === 200 ? log.text : '';
}
