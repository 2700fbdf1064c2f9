/** The operator's rights: read profiles, budgets, pods and what they use, write scales, its own statuses, events and its Lease. */
import { k8s } from 'cdk8s-plus-27';
import { Construct } from 'constructs';

export interface AccessProps {
  /** Of the ServiceAccount, the roles and the Lease. */
  readonly name: string;
  /** Where the operator runs and keeps its Lease. */
  readonly namespace: string;
  /** The only namespace whose profiles it follows. @default all */
  readonly watched?: string;
}

export class OperatorAccess extends Construct {
  constructor(scope: Construct, id: string, { name, namespace, watched }: AccessProps) {
    super(scope, id);
    const subjects = [{ kind: 'ServiceAccount', name, namespace }];
    const clusterRole = { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name };
    new k8s.KubeClusterRole(this, 'cluster-role', { metadata: { name }, rules: scalingRules });
    if (watched) {
      const metadata = { name, namespace: watched };
      new k8s.KubeRoleBinding(this, 'binding', { metadata, roleRef: clusterRole, subjects });
    } else {
      new k8s.KubeClusterRoleBinding(this, 'binding', {
        metadata: { name },
        roleRef: clusterRole,
        subjects,
      });
    }
    new k8s.KubeRole(this, 'lease-role', {
      metadata: { name, namespace },
      rules: leaseRules(name),
    });
    new k8s.KubeRoleBinding(this, 'lease-binding', {
      metadata: { name, namespace },
      roleRef: { ...clusterRole, kind: 'Role' },
      subjects,
    });
  }
}

const scalingRules: k8s.PolicyRule[] = [
  {
    apiGroups: ['autoscaling.bellwether.dev'],
    resources: ['scaleprofiles', 'connectionbudgets'],
    verbs: ['get', 'list', 'watch'],
  },
  {
    apiGroups: ['autoscaling.bellwether.dev'],
    resources: ['scaleprofiles/status'],
    verbs: ['patch'],
  },
  {
    apiGroups: ['autoscaling.bellwether.dev'],
    resources: ['connectionbudgets/status'],
    verbs: ['update'],
  },
  {
    apiGroups: ['apps'],
    resources: ['deployments/scale', 'statefulsets/scale'],
    verbs: ['get', 'update'],
  },
  // Only metadata is asked for: which of them changed, so that a scale is read again only then, and by whom.
  {
    apiGroups: ['apps'],
    resources: ['deployments', 'statefulsets'],
    verbs: ['get', 'list', 'watch'],
  },
  { apiGroups: [''], resources: ['pods'], verbs: ['list', 'watch'] },
  { apiGroups: ['metrics.k8s.io'], resources: ['pods'], verbs: ['list'] },
  { apiGroups: ['events.k8s.io'], resources: ['events'], verbs: ['create'] },
];

/** `create` cannot be bound to a name: the object has none yet. */
function leaseRules(name: string): k8s.PolicyRule[] {
  const lease = { apiGroups: ['coordination.k8s.io'], resources: ['leases'] };
  return [
    { ...lease, verbs: ['create'] },
    { ...lease, resourceNames: [name], verbs: ['get', 'update'] },
  ];
}
