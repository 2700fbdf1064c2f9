/** A small world for scenario tests: an API server with a Deployment and profiles, a Prometheus, and passes on demand. */
import type { ProfileStatus } from '../api/status.ts';
import { createBudgets } from '../budgets/budgets.ts';
import type { Rival } from '../claims.ts';
import { plainAccess } from '../kubernetes/access.ts';
import { createClient } from '../kubernetes/client.ts';
import { createDiscovery } from '../kubernetes/discovery.ts';
import { createEvents } from '../kubernetes/events.ts';
import { createPodMetrics } from '../kubernetes/pod-metrics.ts';
import { createProfiles } from '../kubernetes/profiles.ts';
import { createSecrets } from '../kubernetes/secrets.ts';
import { createTargets } from '../kubernetes/target.ts';
import { createTemplates } from '../kubernetes/templates.ts';
import { createLog } from '../log.ts';
import { createMetrics } from '../metrics.ts';
import { createNearCaches } from '../near-caches/near-caches.ts';
import { createPace } from '../pace.ts';
import { createPrometheus } from '../prometheus/client.ts';
import { type Known, recall } from '../recall.ts';
import { reconcile } from '../reconcile.ts';
import { createReporter } from '../reporter.ts';
import { createBootFloors } from '../sidecars/boot-floors.ts';
import { createAuthorityKeeper } from '../sidecars/keeper.ts';
import { createSidecars } from '../sidecars/sidecars.ts';
import { realTiming } from '../timing.ts';
import type { World } from '../world.ts';
import { startApiServer } from './api-server.ts';
import { createFakePoolers } from './fake-poolers.ts';
import { createFakeRedises } from './fake-redises.ts';
import { startPrometheusServer } from './prometheus-server.ts';
import type { Stored } from './store.ts';

const apps = '/apis/apps/v1/namespaces/lms/deployments';
const podsRoot = '/api/v1/namespaces/lms/pods';
const podMetricsRoot = '/apis/metrics.k8s.io/v1beta1/namespaces/lms/pods';
const profilesRoot = '/apis/autoscaling.bellwether.dev/v1alpha1/namespaces/lms/scaleprofiles';
const eventsRoot = '/apis/events.k8s.io/v1/namespaces/lms/events';

export type Scene = Awaited<ReturnType<typeof startScene>>;

/** The profile `name` scales the Deployment `name` to `load / 10`, from 1 to 20, with no window for scaling down. */
export async function startScene() {
  const api = await startApiServer();
  const prometheus = await startPrometheusServer();
  let nowMs = Date.parse('2026-11-21T10:00:00Z');
  let isLeading = true;
  const wallMs = () => nowMs;
  const leading = () => isLeading;
  const metrics = createMetrics(leading);
  const client = createClient(plainAccess(api.url), ({ verb, code }) =>
    metrics.apiRequests.inc({ verb, code }),
  );
  const log = createLog('silent');
  const profiles = createProfiles(client);
  const events = createEvents(client, 'operator-0');
  const queries = createPrometheus(prometheus.url, 500);
  const targets = createTargets({
    client,
    discovery: createDiscovery(client, wallMs),
    namespace: undefined,
    onTrouble: () => undefined,
  });
  const reporter = createReporter({
    ...{ profiles, events, metrics, log, wallMs },
    isLeading: leading,
    isScaling: targets.isScaling,
  });
  const poolers = createFakePoolers();
  const redises = createFakeRedises();
  const secrets = createSecrets(client);
  const authority = { secrets, namespace: 'bellwether-system', isLeading: leading, wallMs };
  const bootFloors = createBootFloors(wallMs);
  const renewals = { note: () => undefined, run: async () => undefined };
  const world: World = {
    targets,
    budgets: createBudgets({
      ...{ client, targets, secrets, poolers, renewals, bootFloors, metrics, log },
      isLeading: leading,
      timing: { ...realTiming, wallMs },
      namespace: undefined,
      openDatabase: () => ({
        backendsOf: async () => [],
        setRoleLimit: async () => {},
        close: async () => {},
      }),
    }),
    nearCaches: createNearCaches({
      ...{ client, targets, log, isLeading: leading, wallMs },
      metrics: metrics.nearCaches,
      connect: redises.connect,
    }),
    sidecars: createSidecars({
      ...{ client, targets, secrets, renewals, bootFloors, profiles, log },
      ...{ isLeading: leading, wallMs },
      keeper: createAuthorityKeeper(authority),
      templates: createTemplates(client),
      images: { pgbouncer: 'bellwether/pgbouncer:dev', redis: 'bellwether/redis:dev' },
      namespace: undefined,
    }),
    podMetrics: createPodMetrics(client),
    prometheus: queries,
    reporter,
    metrics,
    log,
    pace: createPace(realTiming, AbortSignal.abort()),
    isLeading: leading,
    wallMs,
  };
  const knowns = new Map<string, Known>();

  return {
    api,
    prometheus,
    world,
    client,
    profiles,
    metrics,
    poolers,
    redises,
    bootFloors,
    setLeading: (leads: boolean) => {
      isLeading = leads;
    },
    /** Let time go by. */
    wait: (seconds: number) => {
      nowMs += seconds * 1000;
    },
    /** The next operator takes over: nothing is known but what status says. */
    restart: () => knowns.clear(),
    /** Make a target, or change it as `manager`. */
    addTarget: (name: string, replicas: number, manager?: string) => {
      const spec = { replicas, selector: { matchLabels: { app: name } } };
      const fieldsV1 = { 'f:spec': { 'f:replicas': {} } };
      const managedFields = manager === undefined ? [] : [{ manager, fieldsV1 }];
      const metadata = { name, managedFields };
      const draft = { apiVersion: 'apps/v1', kind: 'Deployment', metadata, spec };
      return api.store.put(`${apps}/${name}`, { ...draft, status: {} }, 'lms');
    },
    /** A Ready pod of the target, long at work, that requests 1 CPU; with `cpu` there is a sample 5 s old. */
    addPod: (target: string, name: string, cpu?: string) => {
      const metadata = { name, labels: { app: target } };
      api.store.put(`${podsRoot}/${name}`, { ...podAtWork, metadata }, 'lms');
      if (cpu === undefined) return;
      const timestamp = new Date(nowMs - 5000).toISOString();
      const containers = [{ name: 'api', usage: { cpu, memory: '64Mi' } }];
      const sample = { timestamp, window: '15.1s', containers };
      const draft = { apiVersion: 'metrics.k8s.io/v1beta1', kind: 'PodMetrics', metadata };
      api.store.put(`${podMetricsRoot}/${name}`, { ...draft, ...sample }, 'lms');
    },
    /** A pod of the target `app` with the times of its creation and readiness. Times are ISO. */
    addStartedPod: (app: string, name: string, createdAt: string, readyAt: string) => {
      const ready = { type: 'Ready', status: 'True', lastTransitionTime: readyAt };
      const metadata = { name, labels: { app }, creationTimestamp: createdAt };
      const status = { phase: 'Running', conditions: [ready] };
      const pod = { apiVersion: 'v1', kind: 'Pod', metadata, status };
      return api.store.put(`/api/v1/namespaces/lms/pods/${name}`, pod, 'lms');
    },
    addProfile: (name: string, overrides: object = {}) =>
      api.store.put(`${profilesRoot}/${name}`, profileOf(name, overrides), 'lms'),
    setLoad: (value: string | undefined, ageSeconds = 1) => {
      const values = value === undefined ? [] : [value];
      prometheus.answers.set('load', { values, agesSeconds: [ageSeconds] });
    },
    /** One pass over one profile, as the loop would make it. */
    pass: async (name: string, rival?: Rival) => {
      const stored = await profiles.get({ namespace: 'lms', name });
      if (!stored) return 'never' as const;
      const known = knowns.get(name) ?? recall(stored, nowMs);
      knowns.set(name, known);
      const next = await reconcile(world, stored, known, rival);
      if (next === 'never') return next;
      await next.rest?.();
      return { afterMs: next.afterMs };
    },
    /** The end of a term, as far as this profile is concerned. */
    flush: async (name: string) => {
      const known = knowns.get(name);
      if (known) await reporter.flush([known]);
    },
    replicasOf: (name: string) => readReplicas(api.store.get(`${apps}/${name}`)),
    statusOf: (name: string) => readStatus(api.store.get(`${profilesRoot}/${name}`)),
    conditionOf: (name: string, type: string) =>
      readStatus(api.store.get(`${profilesRoot}/${name}`)).conditions?.find(
        (condition) => condition.type === type,
      ),
    /** Reasons of the events so far. */
    eventReasons: () =>
      api.store.list((path) => path.startsWith(eventsRoot)).map(({ reason }) => reason),
    /** Methods and paths of the writes so far. */
    writes: () =>
      api.seen.filter(({ method }) => method !== 'GET').map((one) => `${one.method} ${one.path}`),
    close: async () => {
      client.close();
      queries.close();
      await Promise.all([api.close(), prometheus.close()]);
    },
  };
}

const podAtWork = {
  apiVersion: 'v1',
  kind: 'Pod',
  spec: { containers: [{ name: 'api', resources: { requests: { cpu: '1', memory: '128Mi' } } }] },
  status: {
    phase: 'Running',
    startTime: '2026-11-21T08:00:00Z',
    conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: '2026-11-21T08:00:09Z' }],
  },
};

function profileOf(name: string, overrides: object) {
  const target = { type: 'AverageValue', averageValue: '10' };
  const load = { name: 'load', type: 'Prometheus', prometheus: { query: 'load' }, target };
  return {
    apiVersion: 'autoscaling.bellwether.dev/v1alpha1',
    kind: 'ScaleProfile',
    metadata: { name },
    status: undefined,
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name },
      syncPeriodSeconds: 5,
      minReplicas: 1,
      maxReplicas: 20,
      strategy: { type: 'HPA' },
      metrics: [load],
      behavior: { scaleDown: { stabilizationWindowSeconds: 0 } },
      ...overrides,
    },
  };
}

function readReplicas(object: Stored | undefined): number | undefined {
  const spec = object?.spec;
  if (typeof spec !== 'object' || spec === null || !('replicas' in spec)) return undefined;
  return typeof spec.replicas === 'number' ? spec.replicas : undefined;
}

/** As it is stored; tests compare it field by field. */
function readStatus(object: Stored | undefined): ProfileStatus {
  const status = object?.status;
  if (typeof status !== 'object' || status === null) return {};
  return status;
}
