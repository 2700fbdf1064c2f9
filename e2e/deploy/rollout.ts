/** Whether what was applied has come to pass: Deployments, StatefulSets and Jobs, and why not yet. */
import type { V1Deployment, V1Job, V1StatefulSet } from '@kubernetes/client-node';
import { read } from '../kubernetes.ts';
import { describe, type Manifest } from './manifests.ts';

/** A Job that gave up: waiting on is no use. */
class RolloutFailed extends Error {}

/**
 * What is still missing, in words, or undefined when the object is as wanted.
 *
 * @throws RolloutFailed when it will never be
 */
export async function missingOf(manifest: Manifest): Promise<string | undefined> {
  const { kind, apiVersion, metadata } = manifest;
  const { name, namespace = '' } = metadata;
  if (kind === 'Deployment') {
    return missingReplicas(await read<V1Deployment>(apiVersion, kind, namespace, name));
  }
  if (kind === 'StatefulSet') {
    return missingReplicas(await read<V1StatefulSet>(apiVersion, kind, namespace, name));
  }
  if (kind === 'Job')
    return missingRun(manifest, await read<V1Job>(apiVersion, kind, namespace, name));
  return undefined;
}

function missingReplicas(object: V1Deployment | V1StatefulSet | undefined): string | undefined {
  const { spec, status, metadata } = object ?? {};
  if ((status?.observedGeneration ?? 0) < (metadata?.generation ?? 1)) return 'not seen yet';
  const wanted = spec?.replicas ?? 1;
  const [updated, ready] = [status?.updatedReplicas ?? 0, status?.readyReplicas ?? 0];
  if (updated < wanted) return `${updated} of ${wanted} pods are of the new version`;
  if ((status?.replicas ?? 0) > wanted) return 'old pods are stopping';
  return ready < wanted ? `${ready} of ${wanted} pods are Ready` : undefined;
}

function missingRun(manifest: Manifest, job: V1Job | undefined): string | undefined {
  const failed = job?.status?.conditions?.find(
    ({ type, status }) => type === 'Failed' && status === 'True',
  );
  if (failed) throw new RolloutFailed(`${describe(manifest)} failed: ${failed.message ?? ''}`);
  return (job?.status?.succeeded ?? 0) > 0 ? undefined : 'not completed';
}
