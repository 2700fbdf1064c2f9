/** A Deployment to scale. */
import type { V1Container, V1Deployment } from '@kubernetes/client-node';
import { restricted } from './pods.ts';

const idle: V1Container = { name: 'pause', image: 'registry.k8s.io/pause:3.10.1' };

/** Unless another container is given its pods only exist. */
export function targetDeployment(
  namespace: string,
  name: string,
  replicas: number,
  container = idle,
): V1Deployment {
  const labels = { 'app.kubernetes.io/name': name };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace },
    spec: {
      replicas,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          automountServiceAccountToken: false,
          terminationGracePeriodSeconds: 0,
          containers: [{ ...container, securityContext: restricted }],
        },
      },
    },
  };
}
