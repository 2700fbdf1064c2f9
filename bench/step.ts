/**
 * From a step of the load to all pods Ready: nothing, then at once what 8 API pods carry, from 2 pods, ten times over.
 *
 * Needs the platform on 127.0.0.1:30080. Each round begins with a new ScaleProfile of the same spec, so that what one
 * round taught does not help the next.
 */
import { constants, setPriority } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import type { KubernetesObject, V1Deployment } from '@kubernetes/client-node';
import { apply, objects, read, remove, request, until } from '../e2e/kubernetes.ts';
import { requestsPerApiPod } from './demo/moment.ts';
import { seedCluster } from './demo/seed.ts';
import { createMix } from './load/mix.ts';
import { type Plan, parsePlan } from './load/plan.ts';
import { Run } from './load/run.ts';
import { parseTarget } from './load/target.ts';
import { seededLearners } from './people.ts';
import { quantile } from './quantile.ts';

const rounds = 10;
const pods = 8;
const startPods = 2;
/** More than this is too much for 8 pods' worth of load; the profile would allow it. */
const mostPods = 10;
const allowedPods = 20;
/** What the target is of a pod's capacity, where the profile says nothing else. */
const targetShare = 0.7;
/** How busy 8 pods are with the load: what 7 could not carry with the reserve that strategy Adaptive keeps. */
const usedShare = 0.75;
const loadSeconds = 25;
/** Long enough for the sign-ins to leave the rates, whose longest window is 30 s. */
const quietSeconds = 35;
/** For the new profile to look at rest a few times. */
const settleSeconds = 10;
/** Of Prometheus: steps begin evenly spread between two scrapes. */
const scrapeSeconds = 5;

interface ScaleProfile extends KubernetesObject {
  readonly spec: Record<string, unknown>;
}

async function readProfile(): Promise<ScaleProfile> {
  const { apiVersion, kind, metadata, spec } = await objects.read<ScaleProfile>({
    apiVersion: 'autoscaling.bellwether.dev/v1alpha1',
    kind: 'ScaleProfile',
    metadata: { namespace: 'lms', name: 'lms-api' },
  });
  const { name = '', namespace = '' } = metadata ?? {};
  return { apiVersion: apiVersion ?? '', kind: kind ?? '', metadata: { name, namespace }, spec };
}

async function readPods(): Promise<{ readonly wanted: number; readonly ready: number }> {
  const api = await read<V1Deployment>('apps/v1', 'Deployment', 'lms', 'lms-api');
  const { spec, status } = api ?? {};
  const isSettled = spec?.replicas === status?.replicas;
  return { wanted: spec?.replicas ?? 0, ready: isSettled ? (status?.readyReplicas ?? 0) : 0 };
}

async function setReplicas(replicas: number): Promise<void> {
  const path = '/apis/apps/v1/namespaces/lms/deployments/lms-api/scale';
  const patch = JSON.stringify({ spec: { replicas } });
  const answer = await request('PATCH', path, patch, 'application/merge-patch+json');
  if (answer.status !== 200) throw new Error(`scaling lms-api: ${answer.text}`);
}

interface Round {
  /** From the first request of the step until all pods are Ready. */
  readonly seconds: number;
  /** The most pods that were asked for. */
  readonly most: number;
}

/** @param waitSeconds until the step, so that not all of them come at the same time after a scrape */
async function measureRound(
  plan: Plan,
  profile: ScaleProfile,
  waitSeconds: number,
): Promise<Round> {
  await remove(profile);
  await setReplicas(startPods);
  const run = new Run(plan, target, createMix(), seededLearners(plan.learners));
  await run.prepare();
  await sleep(quietSeconds * 1000);
  await apply(profile);
  await sleep((settleSeconds + waitSeconds) * 1000);
  await until(`${startPods} pods, at rest`, 20, async () => (await readPods()).ready === startPods);
  const load = run.start();
  const orders: string[] = [];
  let most = startPods;
  let seconds: number | undefined;
  while (run.elapsedMs() < loadSeconds * 1000) {
    const { wanted, ready } = await readPods();
    const now = run.elapsedMs() / 1000;
    if (wanted > most) orders.push(`${wanted} ordered after ${now.toFixed(1)} s`);
    most = Math.max(most, wanted);
    if (ready >= pods) seconds ??= now;
    await sleep(200);
  }
  await load;
  const { total, failures } = run.recorder.measurement();
  const reasons = total.failed > 0 ? `: ${JSON.stringify(failures)}` : '';
  const took = seconds === undefined ? 'not all Ready' : `all Ready after ${seconds.toFixed(1)} s`;
  console.log(`${[...orders, took].join(', ')}; ${total.failed} requests failed${reasons}`);
  return { seconds: seconds ?? Number.POSITIVE_INFINITY, most };
}

/** Learners do not wait for pods that start: on two cores their requests would come late, and then all at once. */
function goBeforeThePods(): void {
  try {
    setPriority(constants.priority.PRIORITY_ABOVE_NORMAL);
  } catch {
    console.log('not root: pods that start may hold the load up, and seem to be too many');
  }
}

goBeforeThePods();
const target = parseTarget('http://127.0.0.1:30080');
const perSecond = pods * usedShare * ((await requestsPerApiPod()) / targetShare);
const plan = parsePlan({
  arrivals: 'constant',
  durationSeconds: loadSeconds,
  learners: 10,
  browse: [{ atSeconds: 0, perSecond }],
});
await seedCluster(200, 5000);
const deployed = await readProfile();
const profile = { ...deployed, spec: { ...deployed.spec, maxReplicas: allowedPods } };
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, () => apply(deployed).finally(() => process.exit(1)));
}
try {
  const taken: Round[] = [];
  for (let round = 0; round < rounds; round += 1) {
    taken.push(await measureRound(plan, profile, (round / rounds) * scrapeSeconds));
  }
  const seconds = taken.map((round) => round.seconds);
  const most = Math.max(...taken.map((round) => round.most));
  console.log(
    `step of ${perSecond} requests/s: median ${quantile(seconds, 0.5).toFixed(1)} s ` +
      `(${Math.min(...seconds).toFixed(1)} to ${Math.max(...seconds).toFixed(1)}); to reach 15 s\n` +
      `most pods ordered: ${most}; to reach at most ${mostPods}`,
  );
} finally {
  await apply(deployed);
}
