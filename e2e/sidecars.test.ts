/** Sidecars of a profile on a real API server: injected, tuned without a new template, taken away, and what keeps them out. */
import type { KubernetesObject, V1Deployment, V1Secret } from '@kubernetes/client-node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { apply, objects, podsOf, read, remove, until } from './kubernetes.ts';
import { giveSidecarAccess } from './testbed/access.ts';
import { profileNamed, type ScaleProfile, specOf } from './testbed/profile.ts';
import { targetDeployment } from './testbed/target.ts';

const namespace = `e2e-sidecars-${Math.random().toString(36).slice(2, 7)}`;
const labels = { 'pod-security.kubernetes.io/enforce': 'restricted' };
const sidecar = 'bellwether-pgbouncer';
const pgbouncer = { budgetRef: { name: 'postgres' }, credentialsSecretRef: { name: 'database' } };

const metadata = (name: string) => ({ name, namespace });

beforeAll(async () => {
  await apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace, labels } });
  await setPassword('first');
  // Nobody answers there: connections are only counted here, none is opened.
  await secret('operator-database', 'postgresql://bellwether:none@127.0.0.1:1/none');
  await applyAny({
    apiVersion: 'autoscaling.bellwether.dev/v1alpha1',
    kind: 'ConnectionBudget',
    metadata: metadata('postgres'),
    spec: { serverConnections: 60, database: { secretRef: { name: 'operator-database' } } },
  });
});
afterAll(() => remove({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } }));

function applyAny(object: KubernetesObject & Record<string, unknown>) {
  return apply(object);
}

async function secret(name: string, url: string): Promise<void> {
  await applyAny({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: metadata(name),
    stringData: { url },
  });
}

const setPassword = (password: string) =>
  secret('database', `postgresql://lms:${password}@postgres.lms.svc/lms`);

async function applyProfile(name: string, overrides: Record<string, unknown>): Promise<void> {
  const spec = specOf(namespace, name, overrides);
  await apply<ScaleProfile>({ ...profileNamed(namespace, name), spec });
}

async function untilReady(name: string, reason: string): Promise<string> {
  return until(`${name} to say SidecarsReady ${reason}`, 60, async () => {
    const { status } = await objects.read<ScaleProfile>(profileNamed(namespace, name));
    const found = status?.conditions?.find(({ type }) => type === 'SidecarsReady');
    return found?.reason === reason && found.message;
  });
}

async function templateOf(name: string) {
  const found = await read<V1Deployment>('apps/v1', 'Deployment', namespace, name);
  return found?.spec?.template;
}

async function contentOf(name: string, key: string): Promise<string> {
  const found = await read<V1Secret>('v1', 'Secret', namespace, name);
  return Buffer.from(found?.data?.[key] ?? '', 'base64').toString();
}

test('without the Role the condition says what to add', async () => {
  await apply(targetDeployment(namespace, 'web', 2));
  await applyProfile('web', { minReplicas: 2, sidecars: { pgbouncer } });
  expect(await untilReady('web', 'Forbidden')).toContain('Role bellwether-sidecars');
});

test('with it the sidecar comes, and a password or a floor changes Secrets but not the template', async () => {
  const before = await templateOf('web');
  await giveSidecarAccess(namespace, {
    profiles: ['web', 'other'],
    readable: ['database', 'operator-database'],
  });
  await untilReady('web', 'Injected');
  const injected = await templateOf('web');
  expect(injected?.spec?.initContainers?.map(({ name }) => name)).toEqual([sidecar]);
  expect(await contentOf('web-pooled', 'url')).toBe('postgresql://lms:first@127.0.0.1:6432/lms');

  await setPassword('second');
  await until('the new password to be in the Secret', 60, async () =>
    (await contentOf('web-pooled', 'url')).includes(':second@'),
  );
  await applyProfile('web', {
    minReplicas: 2,
    sidecars: { pgbouncer: { ...pgbouncer, floor: 2 } },
  });
  await until('the new floor to be in the files', 60, async () =>
    (await contentOf('web-pgbouncer', 'pgbouncer.ini')).includes('max_db_connections = 2'),
  );
  expect(await templateOf('web')).toEqual(injected);

  await applyProfile('web', { minReplicas: 2 });
  await until('the sidecar to be gone', 60, async () => {
    const template = await templateOf('web');
    return (template?.spec?.initContainers ?? []).length === 0;
  });
  expect(await templateOf('web')).toEqual(before);
});

test('a container of the same name is refused with its owner, and a deleted profile takes its own along', async () => {
  const deployment = targetDeployment(namespace, 'other', 1);
  const [own] = deployment.spec?.template.spec?.containers ?? [];
  const taken = own && { ...own, name: sidecar };
  const { spec } = deployment.spec?.template ?? {};
  if (spec && taken) spec.initContainers = [taken];
  await apply(deployment);
  await applyProfile('other', { sidecars: { pgbouncer } });
  expect(await untilReady('other', 'NameConflict')).toContain('bellwether-e2e');

  await apply(targetDeployment(namespace, 'other', 1));
  await untilReady('other', 'Injected');
  await remove(profileNamed(namespace, 'other'));
  await until('the sidecar of a profile that is gone to be removed', 120, async () => {
    const template = await templateOf('other');
    return (template?.spec?.initContainers ?? []).length === 0;
  });
});

test('the pooler starts in the pods', async () => {
  await applyProfile('web', { minReplicas: 2, sidecars: { pgbouncer } });
  await until('every pod to have a pooler that started', 120, async () => {
    const pods = await podsOf(namespace, 'web');
    const isStarted = pods.map(({ status }) =>
      status?.initContainerStatuses?.some(({ name, started }) => name === sidecar && started),
    );
    return pods.length === 2 && isStarted.every(Boolean);
  });
});
