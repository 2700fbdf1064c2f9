/** The right to see which pods there are, where Prometheus is to scrape them. */
import { k8s } from 'cdk8s-plus-27';
import { Construct } from 'constructs';

export interface PodDiscoveryProps {
  readonly name: string;
  readonly namespace: string;
  /** Namespaces that it may look into. @default all */
  readonly scraped?: readonly string[];
}

export class PodDiscovery extends Construct {
  constructor(scope: Construct, id: string, { name, namespace, scraped }: PodDiscoveryProps) {
    super(scope, id);
    const subjects = [{ kind: 'ServiceAccount', name, namespace }];
    const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name };
    new k8s.KubeClusterRole(this, 'cluster-role', {
      metadata: { name },
      rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get', 'list', 'watch'] }],
    });
    if (!scraped) {
      const metadata = { name };
      new k8s.KubeClusterRoleBinding(this, 'binding', { metadata, roleRef, subjects });
    }
    for (const each of scraped ?? []) {
      const metadata = { name, namespace: each };
      new k8s.KubeRoleBinding(this, `binding-${each}`, { metadata, roleRef, subjects });
    }
  }
}
