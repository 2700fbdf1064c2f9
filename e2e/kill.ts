/** A crash: SIGKILL to the processes of a pod's container, from beside it on its node. */
import type { V1Pod } from '@kubernetes/client-node';
import { apply, read, remove, until } from './kubernetes.ts';
import { outputOf, type Program, startProgram } from './program.ts';

/** Kill the first container of a pod and wait until its successor is ready. */
export async function crash(ofNamespace: string, podName: string, seconds = 90): Promise<void> {
  const killed = await kill(ofNamespace, podName);
  await until(`${podName} to be back`, seconds, async () => {
    const status = await containerOf(ofNamespace, podName);
    return status?.ready && status.containerID !== killed;
  });
}

/** Kill the first container of a pod. @returns its id */
export async function kill(ofNamespace: string, podName: string): Promise<string> {
  const pod = await read<V1Pod>('v1', 'Pod', ofNamespace, podName);
  const id = pod?.status?.containerStatuses?.[0]?.containerID;
  if (!id || !pod?.spec?.nodeName) throw new Error(`no running pod ${ofNamespace}/${podName}`);
  // Privileged pods may run here; the suites' other namespaces are restricted.
  const namespace = `e2e-kill-${Math.random().toString(36).slice(2, 7)}`;
  await apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  const program: Program = {
    namespace,
    name: `kill-${podName}`.slice(0, 60),
    entry: 'e2e/programs/kill.ts',
    args: [id.replace(/^.*:\/\//, '')],
    pod: { nodeName: pod.spec.nodeName, hostPID: true },
    securityContext: { runAsUser: 0, privileged: true },
  };
  await startProgram(program);
  await outputOf(program, 60);
  await remove({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  return id;
}

async function containerOf(ofNamespace: string, podName: string) {
  const pod = await read<V1Pod>('v1', 'Pod', ofNamespace, podName);
  return pod?.status?.containerStatuses?.[0];
}
