/** Redis sidecars on the cluster: sized by the operator as pods come and go under load, without a restart. */
import type { V1StatefulSet } from '@kubernetes/client-node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { apply, isReady, podsOf, read, remove, request, until } from './kubernetes.ts';
import { ask } from './prometheus.ts';
import { giveSidecarAccess } from './testbed/access.ts';
import { profileNamed, type ScaleProfile, specOf } from './testbed/profile.ts';
import { targetDeployment } from './testbed/target.ts';

const namespace = `e2e-near-cache-${Math.random().toString(36).slice(2, 7)}`;
const name = 'web';
const mebi = 1024 * 1024;
/** 4 replicas and the one of a rollout boot with 20 MiB each. */
const redis = { maxMemory: '64Mi', memoryBudget: '100Mi', resources: { requests: { cpu: '5m' } } };

beforeAll(async () => {
  const labels = { 'pod-security.kubernetes.io/enforce': 'restricted' };
  await apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace, labels } });
  await giveSidecarAccess(namespace, { profiles: [name] });
  const cache = await read<V1StatefulSet>('apps/v1', 'StatefulSet', 'lms', 'redis-cache');
  const image = cache?.spec?.template.spec?.containers[0]?.image;
  if (!image) throw new Error('no StatefulSet lms/redis-cache to take an image from');
  // Ends, and so is restarted and counted, when any command fails.
  const load =
    'while redis-benchmark -u "$URL" -t set,get -c 4 -n 2000 -d 5000 -r 20000 -q; do sleep 0.5; done';
  const url = { secretKeyRef: { name: `${name}-pooled`, key: 'redis-url' } };
  await apply(
    targetDeployment(namespace, name, 1, {
      ...{ name: 'load', image, command: ['sh', '-ec', load] },
      env: [{ name: 'URL', valueFrom: url }],
    }),
  );
});
afterAll(() => remove({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } }));

async function applyProfile(minReplicas: number): Promise<void> {
  const spec = specOf(namespace, name, { minReplicas, maxReplicas: 4, sidecars: { redis } });
  await apply<ScaleProfile>({ ...profileNamed(namespace, name), spec });
}

async function scaleTo(replicas: number): Promise<void> {
  const path = `/apis/apps/v1/namespaces/${namespace}/deployments/${name}/scale`;
  const patch = JSON.stringify({ spec: { replicas } });
  await request('PATCH', path, patch, 'application/merge-patch+json');
}

/** Until there are this many pods, all Ready, whose sidecars have this size each, as the operator tells Prometheus. */
async function untilSized(pods: number, mebibytes: number): Promise<void> {
  const sizes = `bellwether_near_cache_maxmemory_bytes{exported_namespace="${namespace}"}`;
  await until(`${pods} pods with ${mebibytes} MiB each`, 120, async () => {
    const ready = (await podsOf(namespace, name)).filter(isReady).length;
    const [all, alike] = [
      await ask(`count(${sizes})`),
      await ask(`count(${sizes} == ${mebibytes * mebi})`),
    ];
    return [ready, all, alike].every((count) => count === pods);
  });
}

test('sidecars grow and shrink with the pods under load; no container restarts, no command fails', async () => {
  await applyProfile(1);
  await untilSized(1, 64);
  await applyProfile(4);
  await untilSized(4, 20);
  await applyProfile(1);
  await scaleTo(2);
  await untilSized(2, 40);

  const pods = await podsOf(namespace, name);
  for (const { status } of pods) {
    const all = [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])];
    expect(all.map(({ restartCount }) => restartCount)).toEqual(all.map(() => 0));
  }
  const evictions = `sum(bellwether_near_cache_evictions_total{exported_namespace="${namespace}"})`;
  expect(await ask(evictions)).toBeGreaterThan(0);
});
