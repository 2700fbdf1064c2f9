/** Network policies: nothing by default, then each flow that is needed, by name. */
import { k8s } from 'cdk8s-plus-27';
import type { Construct } from 'constructs';
import { labels } from './labels.ts';

/** The other end of a flow: a workload, by its name label, somewhere in the cluster; or networks outside it. */
export type Peer =
  | { readonly namespace: string; readonly name?: string }
  | { readonly networks: readonly string[] };

export interface Flow {
  /** Workload in this namespace that the rule is about. */
  readonly name: string;
  readonly ports: readonly number[];
  /** @default anyone */
  readonly peers?: readonly Peer[];
}

/** Deny all flows of a namespace but DNS. */
export function denyByDefault(scope: Construct, namespace: string): void {
  new k8s.KubeNetworkPolicy(scope, `${namespace}-default`, {
    metadata: { name: 'default-deny', namespace },
    spec: {
      podSelector: {},
      policyTypes: ['Ingress', 'Egress'],
      egress: [
        {
          to: [peer({ namespace: 'kube-system' })],
          ports: [port(53, 'UDP'), port(53, 'TCP')],
        },
      ],
    },
  });
}

export function allowIngress(scope: Construct, namespace: string, flow: Flow): void {
  const rule = { ...(flow.peers ? { from: flow.peers.flatMap(peers) } : {}), ports: tcp(flow) };
  policy(scope, namespace, flow, 'Ingress', { ingress: [rule] });
}

export function allowEgress(scope: Construct, namespace: string, flow: Flow): void {
  const rule = { ...(flow.peers ? { to: flow.peers.flatMap(peers) } : {}), ports: tcp(flow) };
  policy(scope, namespace, flow, 'Egress', { egress: [rule] });
}

function policy(
  scope: Construct,
  namespace: string,
  flow: Flow,
  type: 'Ingress' | 'Egress',
  rules: Pick<k8s.NetworkPolicySpec, 'ingress' | 'egress'>,
): void {
  const name = `${flow.name}-${type.toLowerCase()}-${flow.ports.join('-')}`;
  new k8s.KubeNetworkPolicy(scope, `${namespace}-${name}`, {
    metadata: { name, namespace },
    spec: { podSelector: { matchLabels: labels(flow.name) }, policyTypes: [type], ...rules },
  });
}

function tcp(flow: Flow): k8s.NetworkPolicyPort[] {
  return flow.ports.map((number) => port(number, 'TCP'));
}

function port(number: number, protocol: 'TCP' | 'UDP'): k8s.NetworkPolicyPort {
  return { port: k8s.IntOrString.fromNumber(number), protocol };
}

function peers(one: Peer): k8s.NetworkPolicyPeer[] {
  if ('networks' in one) return one.networks.map((cidr) => ({ ipBlock: { cidr } }));
  return [peer(one)];
}

function peer(one: { namespace: string; name?: string }): k8s.NetworkPolicyPeer {
  return {
    namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': one.namespace } },
    ...(one.name ? { podSelector: { matchLabels: labels(one.name) } } : {}),
  };
}
