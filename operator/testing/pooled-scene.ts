/** The small world with a connection budget: 40 connections, 4 in reserve, and profiles whose pods have poolers. */

import type { BudgetStatus } from '../api/budget-status.ts';
import { sampleBudget } from '../api/invalid-budgets.ts';
import type { Listed } from '../budgets/members.ts';
import { toStored } from '../kubernetes/profiles.ts';
import { startScene } from './scene.ts';

const budgetsRoot = '/apis/autoscaling.bellwether.dev/v1alpha1/namespaces/lms/connectionbudgets';
const profilesRoot = '/apis/autoscaling.bellwether.dev/v1alpha1/namespaces/lms/scaleprofiles';
const podsRoot = '/api/v1/namespaces/lms/pods';

export type PooledScene = Awaited<ReturnType<typeof startPooledScene>>;

export async function startPooledScene() {
  const scene = await startScene();
  const { api, poolers, world } = scene;
  const stopping = new AbortController();
  let running: Promise<void> | undefined;
  let rung = 0;

  const profiles = (): readonly Listed[] =>
    api.store
      .list((path) => path.startsWith(profilesRoot))
      .flatMap((object) => toStored(object) ?? [])
      .map((stored) => ({ stored, isShadowed: false }));

  return {
    ...scene,
    /** Keep budgets, as a term does. */
    runBudgets: () => {
      const { signal } = stopping;
      running = world.budgets.run({ profiles, listed: Promise.resolve(), signal });
    },
    stopBudgets: async () => {
      stopping.abort();
      await running;
    },
    addBudget: (name: string, spec: Readonly<Record<string, unknown>> = {}) =>
      api.store.put(`${budgetsRoot}/${name}`, sampleBudget(name, spec), 'lms'),
    /** Have it looked at now, as a change of its spec does. */
    ring: (name: string) => {
      rung += 1;
      const spec = { serverConnections: 40, reserve: 4, enforceRoleLimit: rung % 2 === 1 };
      const { status } = api.store.get(`${budgetsRoot}/${name}`) ?? {};
      const database = { secretRef: { name: 'operator-database' }, role: 'lms' };
      const draft = sampleBudget(name, { ...spec, database });
      api.store.put(`${budgetsRoot}/${name}`, { ...draft, status }, 'lms');
    },
    removeBudget: (name: string) => api.store.delete(`${budgetsRoot}/${name}`),
    /** A profile with a floor of 3 whose budget is `postgres`, and with no pace of its own. */
    addPooledProfile: (name: string, overrides: object = {}, pgbouncer: object = {}) =>
      scene.addProfile(name, { sidecars: sidecarsWith(pgbouncer), behavior, ...overrides }),
    removeProfile: (name: string) => api.store.delete(`${profilesRoot}/${name}`),
    /** The profile's account with its budget. */
    accountOf: (name: string) => {
      const stored = toStored(api.store.get(`${profilesRoot}/${name}`));
      return stored && world.budgets.accountOf(stored);
    },
    /** A pod of the target with a pooler that runs and answers. @returns its uid and its pooler */
    addPooledPod: (target: string, name: string, floor = 3) => {
      const pod = { ...podWithPooler(), metadata: { name, labels: { app: target } } };
      const { uid } = api.store.put(`${podsRoot}/${name}`, pod, 'lms').metadata;
      return { uid, pooler: poolers.start(uid, floor) };
    },
    /** A pod of the target without a pooler. */
    addDirectPod: (target: string, name: string) =>
      api.store.put(
        `${podsRoot}/${name}`,
        { ...podWithPooler(), spec: {}, metadata: { name, labels: { app: target } } },
        'lms',
      ).metadata.uid,
    removePod: (name: string) => api.store.delete(`${podsRoot}/${name}`),
    budgetStatus: (name: string): BudgetStatus => {
      const status = api.store.get(`${budgetsRoot}/${name}`)?.status;
      return typeof status === 'object' && status !== null ? status : {};
    },
    close: async () => {
      stopping.abort();
      await running;
      await scene.close();
    },
  };
}

const behavior = {
  scaleUp: { policies: [{ type: 'Pods', value: 100, periodSeconds: 15 }] },
  scaleDown: { stabilizationWindowSeconds: 0 },
};

function sidecarsWith(pgbouncer: object) {
  return {
    pgbouncer: {
      budgetRef: { name: 'postgres' },
      floor: 3,
      credentialsSecretRef: { name: 'lms' },
      ...pgbouncer,
    },
  };
}

function podWithPooler() {
  const name = 'bellwether-pgbouncer';
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    spec: { initContainers: [{ name, restartPolicy: 'Always' }] },
    status: {
      phase: 'Running',
      podIP: '10.0.0.1',
      conditions: [{ type: 'Ready', status: 'True' }],
      initContainerStatuses: [{ name, containerID: 'containerd://1', restartCount: 0 }],
    },
  };
}
