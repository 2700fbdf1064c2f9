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

/** Where the authority of the sidecars is kept, and what the Roles are called that sidecars need. */
const sidecars = 'bellwether-sidecars';

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
    role(this, 'authority', { namespace, subjects, rules: authorityRules });
  }
}

export interface SidecarAccessProps {
  /** Of the ScaleProfiles. */
  readonly namespace: string;
  /** The operator's ServiceAccount. */
  readonly operator: { readonly name: string; readonly namespace: string };
  /** ScaleProfiles with sidecars, by name. */
  readonly profiles: readonly string[];
  /** What they scale, Deployments or StatefulSets. */
  readonly targets: readonly string[];
  /** Secrets with URLs of databases: of the profiles' credentials and of their ConnectionBudgets. */
  readonly credentials: readonly string[];
}

/** What a namespace gives the operator so that it may inject sidecars there: these objects and no others. */
export class SidecarAccess extends Construct {
  constructor(scope: Construct, id: string, props: SidecarAccessProps) {
    super(scope, id);
    const { namespace, operator, profiles, targets, credentials } = props;
    const secrets = { apiGroups: [''], resources: ['secrets'] };
    const own = profiles.flatMap((profile) => [
      `${profile}-pooled`,
      `${profile}-pgbouncer`,
      `${profile}-redis`,
    ]);
    role(this, 'role', {
      namespace,
      subjects: [{ kind: 'ServiceAccount', ...operator }],
      rules: [
        { ...secrets, resourceNames: [...new Set([...credentials, ...own])], verbs: ['get'] },
        { ...secrets, resourceNames: own, verbs: ['create', 'patch'] },
        {
          apiGroups: ['apps'],
          resources: ['deployments', 'statefulsets'],
          resourceNames: [...targets],
          verbs: ['patch'],
        },
      ],
    });
  }
}

interface RoleProps {
  readonly namespace: string;
  readonly subjects: k8s.Subject[];
  readonly rules: k8s.PolicyRule[];
}

/** A Role for sidecars, and who has it. */
function role(scope: Construct, id: string, { namespace, subjects, rules }: RoleProps): void {
  const metadata = { name: sidecars, namespace };
  const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: sidecars };
  new k8s.KubeRole(scope, `${id}-role`, { metadata, rules });
  new k8s.KubeRoleBinding(scope, `${id}-binding`, { metadata, roleRef, subjects });
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
  // Which of them changed, so that a scale is read again only then, and by whom: metadata; and how far they surge.
  {
    apiGroups: ['apps'],
    resources: ['deployments', 'statefulsets'],
    verbs: ['get', 'list', 'watch'],
  },
  { apiGroups: [''], resources: ['pods'], verbs: ['list', 'watch'] },
  { apiGroups: ['metrics.k8s.io'], resources: ['pods'], verbs: ['list'] },
  { apiGroups: ['events.k8s.io'], resources: ['events'], verbs: ['create'] },
];

const authorityRules: k8s.PolicyRule[] = [
  { apiGroups: [''], resources: ['secrets'], verbs: ['create'] },
  { apiGroups: [''], resources: ['secrets'], resourceNames: [sidecars], verbs: ['get', 'update'] },
];

/** `create` cannot be bound to a name: the object has none yet. */
function leaseRules(name: string): k8s.PolicyRule[] {
  const lease = { apiGroups: ['coordination.k8s.io'], resources: ['leases'] };
  return [
    { ...lease, verbs: ['create'] },
    { ...lease, resourceNames: [name], verbs: ['get', 'update'] },
  ];
}
