/** The operator: its custom resources, two replicas of which one leads, and no right that it does not use. */
import { ApiObject, Chart } from 'cdk8s';
import { k8s } from 'cdk8s-plus-27';
import type { Construct } from 'constructs';
import type { Environment } from '../cdk8s/environments.ts';
import type { Images } from '../cdk8s/images.ts';
import { labels, namespaces } from '../cdk8s/labels.ts';
import { allowEgress, allowIngress, denyByDefault, type Peer } from '../cdk8s/network.ts';
import { podSpec } from '../cdk8s/pod.ts';
import { httpProbes } from '../cdk8s/probes.ts';
import { deployment, restrictedNamespace, serviceAccount } from '../cdk8s/workloads.ts';
import { connectionBudgetCrd, scaleProfileCrd } from '../operator/api/crd.ts';
import { OperatorAccess } from './operator/access.ts';

const name = 'bellwether-operator';
const namespace = namespaces.operator;

export interface OperatorProps {
  readonly environment: Environment;
  readonly images: Images;
}

export class OperatorChart extends Chart {
  constructor(scope: Construct, id: string, { environment, images }: OperatorProps) {
    super(scope, id);
    new ApiObject(this, 'scale-profiles', scaleProfileCrd());
    new ApiObject(this, 'connection-budgets', connectionBudgetCrd());
    restrictedNamespace(this, 'namespace', namespace);
    serviceAccount(this, 'account', name, namespace);
    const watched = environment.watchedNamespaces?.profiles;
    new OperatorAccess(this, 'access', { name, namespace, ...(watched ? { watched } : {}) });
    this.#deployment(images, watched);
    this.#network(environment);
    new k8s.KubePodDisruptionBudget(this, 'disruption-budget', {
      metadata: { name, namespace },
      spec: {
        selector: { matchLabels: labels(name) },
        minAvailable: k8s.IntOrString.fromNumber(1),
      },
    });
  }

  #deployment(images: Images, watched: string | undefined) {
    deployment(this, 'deployment', {
      metadata: { name, namespace, labels: labels(name) },
      spec: {
        replicas: 2,
        selector: { matchLabels: labels(name) },
        template: {
          metadata: { labels: labels(name) },
          spec: podSpec({
            name,
            image: images.operator,
            env: {
              METRICS_PORT: '9464',
              PGBOUNCER_IMAGE: images.pgbouncer,
              REDIS_SIDECAR_IMAGE: images.redis,
              ...(watched ? { WATCH_NAMESPACE: watched } : {}),
            },
            fieldEnv: { POD_NAME: 'metadata.name', POD_NAMESPACE: 'metadata.namespace' },
            ports: { metrics: 9464 },
            probes: httpProbes('metrics'),
            cpuRequest: '20m',
            memoryRequest: '96Mi',
            memoryLimit: '256Mi',
            user: 10001,
            serviceAccount: name,
            terminationGracePeriodSeconds: 20,
          }),
        },
      },
    });
  }

  #network(environment: Environment) {
    denyByDefault(this, namespace);
    const prometheus = { namespace: namespaces.monitoring, name: 'prometheus' };
    allowIngress(this, namespace, { name, ports: [9464], peers: [prometheus] });
    allowEgress(this, namespace, { name, ports: [9090], peers: [prometheus] });
    // The API server, whose address is not known to a label.
    allowEgress(this, namespace, { name, ports: [443, 6443] });
    const { watchedNamespaces, data } = environment;
    // PgBouncer's and Redis's consoles, wherever there are profiles, and the database of the LMS's budget.
    const watched = watchedNamespaces && [{ namespace: watchedNamespaces.profiles }];
    allowEgress(this, namespace, { name, ports: [6432, 6380], ...(watched && { peers: watched }) });
    const database: Peer =
      data.type === 'managed' ? data : { namespace: namespaces.lms, name: 'postgres' };
    allowEgress(this, namespace, { name, ports: [5432], peers: [database] });
  }
}
