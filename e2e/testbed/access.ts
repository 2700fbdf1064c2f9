/** The Role with which a namespace lets the operator put sidecars beside its pods: that of docs/connection-budget.md. */
import type { V1Role, V1RoleBinding } from '@kubernetes/client-node';
import { apply } from '../kubernetes.ts';

export interface SidecarAccess {
  /** Profiles whose targets, Deployments or StatefulSets, have the same name. */
  readonly profiles: readonly string[];
  /** Secrets that others wrote. @default none */
  readonly readable?: readonly string[];
}

export async function giveSidecarAccess(
  namespace: string,
  { profiles, readable = [] }: SidecarAccess,
): Promise<void> {
  const own = profiles.flatMap((name) => [`${name}-pooled`, `${name}-pgbouncer`, `${name}-redis`]);
  const apiGroup = 'rbac.authorization.k8s.io';
  const apiVersion = `${apiGroup}/v1`;
  const metadata = { name: 'bellwether-sidecars', namespace };
  const secrets = { apiGroups: [''], resources: ['secrets'] };
  await apply<V1Role>({
    ...{ apiVersion, kind: 'Role', metadata },
    rules: [
      { ...secrets, resourceNames: [...readable, ...own], verbs: ['get'] },
      { ...secrets, resourceNames: own, verbs: ['create', 'patch'] },
      {
        apiGroups: ['apps'],
        resources: ['deployments', 'statefulsets'],
        resourceNames: [...profiles],
        verbs: ['patch'],
      },
    ],
  });
  const operator = { name: 'bellwether-operator', namespace: 'bellwether-system' };
  await apply<V1RoleBinding>({
    ...{ apiVersion, kind: 'RoleBinding', metadata },
    roleRef: { apiGroup, kind: 'Role', name: metadata.name },
    subjects: [{ kind: 'ServiceAccount', ...operator }],
  });
}
