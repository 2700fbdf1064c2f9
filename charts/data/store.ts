/** One pod with a directory that outlives it: how PostgreSQL and the Redises run in the cluster. */
import { k8s } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { labels, namespaces } from '../../cdk8s/labels.ts';
import { allowIngress, type Peer } from '../../cdk8s/network.ts';
import { type Program, podSpec } from '../../cdk8s/pod.ts';
import { serviceAccount } from '../../cdk8s/workloads.ts';

const namespace = namespaces.lms;

export interface StoreProps {
  readonly program: Program;
  readonly port: number;
  /** Workloads that may connect. */
  readonly clients: readonly Peer[];
  /** Directory on the node that backs the volume `data`. @default nothing is kept */
  readonly nodePath?: string;
}

export class Store extends Construct {
  constructor(scope: Construct, id: string, props: StoreProps) {
    super(scope, id);
    const { program, port } = props;
    const { name } = program;
    const metadata = { name, namespace, labels: labels(name) };
    serviceAccount(this, 'account', name, namespace);
    new k8s.KubeStatefulSet(this, 'set', {
      metadata,
      spec: {
        serviceName: name,
        replicas: 1,
        selector: { matchLabels: labels(name) },
        template: {
          metadata: { labels: labels(name) },
          spec: podSpec({ ...program, spread: false }),
        },
        ...(props.nodePath ? { volumeClaimTemplates: [claimTemplate(name, true)] } : {}),
      },
    });
    new k8s.KubeService(this, 'service', {
      metadata,
      spec: { selector: labels(name), ports: [{ name: 'main', port }] },
    });
    if (props.nodePath) nodeVolume(this, name, namespace, props.nodePath);
    allowIngress(this, namespace, { name, ports: [port], peers: props.clients });
  }
}

const storage = () => ({ storage: k8s.Quantity.fromString('4Gi') });

/**
 * The claim that a StatefulSet makes for its pod.
 *
 * @param onNode only the volume made for it can satisfy it: no class, so nothing is provisioned;
 *   else the cluster's default class provides
 */
export function claimTemplate(store: string, onNode: boolean): k8s.KubePersistentVolumeClaimProps {
  return {
    metadata: { name: 'data', labels: labels(store) },
    spec: {
      accessModes: ['ReadWriteOnce'],
      ...(onNode ? { storageClassName: '' } : {}),
      resources: { requests: storage() },
    },
  };
}

/** A directory that exists on the node, as the volume of the first pod of a StatefulSet. */
export function nodeVolume(
  scope: Construct,
  store: string,
  claimNamespace: string,
  path: string,
): void {
  new k8s.KubePersistentVolume(scope, 'volume', {
    metadata: { name: store, labels: labels(store) },
    spec: {
      capacity: storage(),
      accessModes: ['ReadWriteOnce'],
      persistentVolumeReclaimPolicy: 'Retain',
      storageClassName: '',
      claimRef: { namespace: claimNamespace, name: `data-${store}-0` },
      local: { path },
      nodeAffinity: { required: { nodeSelectorTerms: [onLinux] } },
    },
  });
}

/** True of the one node that there is; a local volume must say where it lies. */
const onLinux = {
  matchExpressions: [{ key: 'kubernetes.io/os', operator: 'In', values: ['linux'] }],
};
