/** The synthesized manifests: their bytes, and rules that hold for every pod and object whatever a chart says. */
import { parser } from '@prometheus-io/lezer-promql';
import { describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { development, production } from '../cdk8s/environments.ts';
import { readImages } from '../cdk8s/images.ts';
import { manifests } from '../cdk8s/manifests.ts';
import { dashboard } from './monitoring/dashboard.ts';
import { rules } from './monitoring/rules.ts';

const images = readImages('no-such-file.json');
const environments = { development, production };

describe.each(Object.entries(environments))('%s', (name, environment) => {
  const streams = manifests(environment, images);
  const objects = [...streams.values()].flatMap((yaml) =>
    parseAllDocuments(yaml).map((document) => objectSchema.parse(document.toJSON())),
  );
  const pods = objects.flatMap(({ metadata, spec }) =>
    spec?.template ? [[metadata.name, spec.template.spec] as const] : [],
  );

  test.each([...streams])('%s stays as it was', async (chart, yaml) => {
    await expect(withoutDefinitions(yaml)).toMatchFileSnapshot(
      `__snapshots__/${name}/${chart}.yaml`,
    );
  });

  test.each(pods)('%s meets the restricted standard, with a read-only root', (_, pod) => {
    expect(pod.securityContext).toMatchObject({
      runAsNonRoot: true,
      seccompProfile: { type: 'RuntimeDefault' },
    });
    expect(pod.securityContext.runAsUser).toBeGreaterThan(0);
    for (const volume of pod.volumes) {
      const { name: _, ...source } = volume;
      expect(['emptyDir', 'secret', 'configMap']).toContain(Object.keys(source)[0]);
    }
    for (const container of pod.containers) {
      expect(container.securityContext).toEqual({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      });
      expect(container.resources.requests).toHaveProperty('cpu');
      expect(container.resources.requests).toHaveProperty('memory');
      expect(container.resources.limits).toHaveProperty('memory');
    }
  });

  test('only the operator and Prometheus have a token', () => {
    const withToken = pods.filter(([, pod]) => pod.automountServiceAccountToken);
    expect(withToken.map(([pod]) => pod).sort()).toEqual(['bellwether-operator', 'prometheus']);
  });

  test('every account that a pod runs as is declared beside it', () => {
    const accounts = objects.filter(({ kind }) => kind === 'ServiceAccount');
    const names = accounts.map(({ metadata }) => metadata.name);
    for (const [, pod] of pods) expect(names).toContain(pod.serviceAccountName);
  });

  test('scaled Deployments leave their count to the operator', () => {
    const targets = objects
      .filter(({ kind }) => kind === 'ScaleProfile')
      .map(({ spec }) => spec?.scaleTargetRef?.name);
    expect(targets).toEqual(['lms-api', 'lms-worker']);
    for (const { kind, metadata, spec } of objects) {
      if (kind === 'Deployment' && targets.includes(metadata.name)) {
        expect(spec).not.toHaveProperty('replicas');
      }
    }
  });

  test('the connection budget carries the floors of all pods and of a rollout, and the reserve', () => {
    const { api, worker, connections } = environment;
    const floors = [api, worker].map(({ maxReplicas, maxSurge, connectionFloor }) => {
      const surge =
        typeof maxSurge === 'number'
          ? maxSurge
          : Math.ceil((maxReplicas * Number.parseInt(maxSurge, 10)) / 100);
      return connectionFloor * (maxReplicas + surge);
    });
    const needed = floors.reduce((sum, each) => sum + each, connections.reserve);
    expect(needed).toBeLessThanOrEqual(connections.budget);
  });

  test('no manifest holds a Secret or a password in a URL', () => {
    expect(objects.map(({ kind }) => kind)).not.toContain('Secret');
    const text = [...streams.values()].join();
    expect(text).not.toMatch(/:\/\/[^/\s]*:[^/\s]*@|PRIVATE KEY|password: /);
  });

  test('every namespace enforces the restricted standard', () => {
    const found = objects.filter(({ kind }) => kind === 'Namespace');
    expect(found.map(({ metadata }) => metadata.name)).toEqual([
      'lms',
      'monitoring',
      'bellwether-system',
    ]);
    for (const { metadata } of found) {
      expect(metadata.labels).toMatchObject({ 'pod-security.kubernetes.io/enforce': 'restricted' });
    }
  });
});

test('a change of the image renames the migration Job, whose template is immutable', () => {
  const nameWith = (lms: string) =>
    /name: (lms-migrate-\w+)/.exec(
      manifests(development, { ...images, lms }).get('app') ?? '',
    )?.[1];
  expect(nameWith('a')).toBe(nameWith('a'));
  expect(nameWith('a')).not.toBe(nameWith('b'));
});

/** The custom resource's definition is looked after where it is made. */
function withoutDefinitions(yaml: string): string {
  const documents = yaml.split(/^---\n/m);
  return documents.filter((each) => !each.includes('kind: CustomResourceDefinition')).join('---\n');
}

const queries = [
  ...rules.groups.flatMap((group) => group.rules.map(({ expr }) => expr)),
  ...dashboard().panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)),
];

test.each(queries)('is valid PromQL: %s', (query) => {
  const wrong: number[] = [];
  parser.parse(query).iterate({
    enter: ({ type, from }) => {
      if (type.isError) wrong.push(from);
    },
  });
  expect(wrong).toEqual([]);
});

const podSchema = z.object({
  serviceAccountName: z.string(),
  automountServiceAccountToken: z.boolean(),
  securityContext: z.looseObject({ runAsUser: z.number() }),
  volumes: z.array(z.record(z.string(), z.unknown())),
  containers: z.array(
    z.object({
      securityContext: z.unknown(),
      resources: z.object({
        requests: z.record(z.string(), z.string()),
        limits: z.record(z.string(), z.string()),
      }),
    }),
  ),
});

const objectSchema = z.object({
  kind: z.string(),
  metadata: z.object({
    name: z.string(),
    labels: z.record(z.string(), z.string()).optional(),
  }),
  spec: z
    .looseObject({
      template: z.object({ spec: podSchema }).optional(),
      scaleTargetRef: z.object({ name: z.string() }).optional(),
    })
    .optional(),
});
