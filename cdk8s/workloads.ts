/** Deployments and StatefulSets as plain API objects, so that they may hold fields newer than the typed API. */
import { ApiObject, JsonPatch } from 'cdk8s';
import { k8s } from 'cdk8s-plus-27';
import type { Construct } from 'constructs';

export function deployment(
  scope: Construct,
  id: string,
  props: k8s.KubeDeploymentProps,
): ApiObject {
  return new ApiObject(scope, id, k8s.KubeDeployment.manifest(props));
}

/** A number of pods, or a part of them such as `25%`. */
export function countOrPart(value: number | string): k8s.IntOrString {
  return typeof value === 'number'
    ? k8s.IntOrString.fromNumber(value)
    : k8s.IntOrString.fromString(value);
}

/**
 * Let the kubelet wait before it sends SIGTERM, so that every node has stopped sending new connections.
 * The sleep action is younger than the typed API (1.30, on by default).
 */
export function sleepBeforeStop(workload: ApiObject, seconds: number): void {
  const lifecycle = { preStop: { sleep: { seconds } } };
  workload.addJsonPatch(JsonPatch.add('/spec/template/spec/containers/0/lifecycle', lifecycle));
}

/** A namespace that refuses pods which ask for any privilege. */
export function restrictedNamespace(scope: Construct, id: string, name: string): void {
  const mode = (verb: string) => [`pod-security.kubernetes.io/${verb}`, 'restricted'] as const;
  new k8s.KubeNamespace(scope, id, {
    metadata: {
      name,
      labels: Object.fromEntries([mode('enforce'), mode('audit'), mode('warn')]),
    },
  });
}

/** An account that pods run as; its token is mounted only where a pod asks for it. */
export function serviceAccount(
  scope: Construct,
  id: string,
  name: string,
  namespace: string,
): void {
  new k8s.KubeServiceAccount(scope, id, {
    metadata: { name, namespace },
    automountServiceAccountToken: false,
  });
}
