/** A fleet: custom resources that can be scaled and have no pods, and a profile for each, with its own query. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '../../operator/kubernetes/client.ts';

const group = 'bench.bellwether.dev';
const namespace = 'fleet';
export const targetsPath = `/apis/${group}/v1/namespaces/${namespace}/machines`;
const profilesPath = `/apis/autoscaling.bellwether.dev/v1alpha1/namespaces/${namespace}/scaleprofiles`;

/** Load that a replica is to carry; a target has two at first. */
const loadPerReplica = 10;
const replicasAtFirst = 2;
export const loadAtFirst = loadPerReplica * replicasAtFirst;
export const syncPeriodSeconds = 15;
const requestsAtOnce = 16;

export const strategies = ['HPA', 'Adaptive'] as const;
export type Strategy = (typeof strategies)[number];

export const queryOf = (index: number): string =>
  `sum(rate(requests_total{app="app-${index}"}[1m]))`;

/** Have the kind that is scaled, and the operator's right to scale it. */
export async function defineTargets(client: Client): Promise<void> {
  const create = (path: string, body: object) => client.request({ verb: 'create', path, body });
  await create('/apis/apiextensions.k8s.io/v1/customresourcedefinitions', definition);
  await create('/apis/rbac.authorization.k8s.io/v1/clusterroles', {
    metadata: { name: 'machines' },
    rules: [
      { apiGroups: [group], resources: ['machines/scale'], verbs: ['get', 'update'] },
      { apiGroups: [group], resources: ['machines'], verbs: ['list', 'watch'] },
    ],
  });
  await create('/apis/rbac.authorization.k8s.io/v1/clusterrolebindings', {
    metadata: { name: 'machines' },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'machines' },
    subjects: [
      { kind: 'ServiceAccount', name: 'bellwether-operator', namespace: 'bellwether-system' },
    ],
  });
  await create('/api/v1/namespaces', { metadata: { name: namespace } });
  await untilServed(client);
}

/** Make a fleet of so many members. */
export async function populate(client: Client, members: number, strategy: Strategy): Promise<void> {
  let next = 0;
  const worker = async () => {
    while (next < members) {
      const index = next;
      next += 1;
      await client.request({ verb: 'create', path: targetsPath, body: target(index) });
      const body = profile(index, strategy);
      await client.request({ verb: 'create', path: profilesPath, body });
    }
  };
  await Promise.all(Array.from({ length: requestsAtOnce }, worker));
}

/** A definition is served a moment after it is made. */
async function untilServed(client: Client): Promise<void> {
  for (let attempt = 0; attempt < 50; attempt += 1) {
    const served = await Promise.allSettled(
      [targetsPath, profilesPath].map((path) =>
        client.request({ verb: 'list', path, query: { limit: '1' } }),
      ),
    );
    if (served.every(({ status }) => status === 'fulfilled')) return;
    await sleep(200);
  }
  throw new Error('the API server does not serve the definitions');
}

function target(index: number) {
  return {
    apiVersion: `${group}/v1`,
    kind: 'Machine',
    metadata: { name: `app-${index}` },
    spec: { replicas: replicasAtFirst },
  };
}

function profile(index: number, type: Strategy) {
  return {
    apiVersion: 'autoscaling.bellwether.dev/v1alpha1',
    kind: 'ScaleProfile',
    metadata: { name: `app-${index}` },
    spec: {
      scaleTargetRef: { apiVersion: `${group}/v1`, kind: 'Machine', name: `app-${index}` },
      syncPeriodSeconds,
      minReplicas: 1,
      maxReplicas: 20,
      strategy: { type },
      metrics: [
        {
          name: 'requests',
          type: 'Prometheus',
          prometheus: { query: queryOf(index) },
          target: { type: 'AverageValue', averageValue: String(loadPerReplica) },
        },
      ],
    },
  };
}

const definition = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: `machines.${group}` },
  spec: {
    group,
    scope: 'Namespaced',
    names: { kind: 'Machine', plural: 'machines', singular: 'machine' },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        subresources: {
          status: {},
          scale: { specReplicasPath: '.spec.replicas', statusReplicasPath: '.status.replicas' },
        },
        schema: {
          openAPIV3Schema: {
            type: 'object',
            properties: {
              spec: { type: 'object', properties: { replicas: { type: 'integer' } } },
              status: { type: 'object', properties: { replicas: { type: 'integer' } } },
            },
          },
        },
      },
    ],
  },
};
