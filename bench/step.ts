/**
 * From a step of the load to all pods Ready: nothing, then at once what 8 API pods carry, from 2 pods, five times over.
 *
 * Needs the platform on 127.0.0.1:30080. The profile's window for scaling down is shortened meanwhile, so that a
 * round does not wait a minute for the next.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { V1Deployment } from '@kubernetes/client-node';
import { read, request, until } from '../e2e/kubernetes.ts';
import { requestsPerApiPod } from './demo/moment.ts';
import { seedCluster } from './demo/seed.ts';
import { createMix } from './load/mix.ts';
import { type Plan, parsePlan } from './load/plan.ts';
import { Run } from './load/run.ts';
import { parseTarget } from './load/target.ts';
import { seededLearners } from './people.ts';

const rounds = 5;
const pods = 8;
const loadSeconds = 45;
/** Long enough for the sign-ins to leave the rate. */
const quietSeconds = 25;
const profilePath =
  '/apis/autoscaling.bellwether.dev/v1alpha1/namespaces/lms/scaleprofiles/lms-api';

async function readScaleDown(): Promise<unknown> {
  const answer = await request('GET', profilePath);
  if (answer.status !== 200) throw new Error(`reading the profile: ${answer.text}`);
  return JSON.parse(answer.text).spec.behavior.scaleDown;
}

async function writeScaleDown(scaleDown: unknown): Promise<void> {
  const patch = JSON.stringify({ spec: { behavior: { scaleDown } } });
  const answer = await request('PATCH', profilePath, patch, 'application/merge-patch+json');
  if (answer.status !== 200) throw new Error(`patching the profile: ${answer.text}`);
}

async function readyPods(): Promise<number> {
  const api = await read<V1Deployment>('apps/v1', 'Deployment', 'lms', 'lms-api');
  return api?.spec?.replicas === api?.status?.replicas ? (api?.status?.readyReplicas ?? 0) : 0;
}

/** Seconds from the first request of the step until all pods are Ready. */
async function measureRound(plan: Plan): Promise<number> {
  const run = new Run(plan, target, createMix(), seededLearners(plan.learners));
  await run.prepare();
  await sleep(quietSeconds * 1000);
  await until('2 pods, at rest', 120, async () => (await readyPods()) === 2);
  const load = run.start();
  await until(`${pods} Ready pods`, loadSeconds, async () => (await readyPods()) >= pods);
  const seconds = run.elapsedMs() / 1000;
  await load;
  const { failed } = run.recorder.measurement().total;
  console.log(`${pods} Ready after ${seconds.toFixed(1)} s, ${failed} requests failed`);
  return seconds;
}

const target = parseTarget('http://127.0.0.1:30080');
// Just below the target of 8 pods: more would ask for a ninth, 7 pods' worth would be enough for 7.
const perSecond = (pods - 0.3) * (await requestsPerApiPod());
const plan = parsePlan({
  arrivals: 'constant',
  durationSeconds: loadSeconds,
  learners: 20,
  browse: [{ atSeconds: 0, perSecond }],
});
await seedCluster(200, 5000);
const scaleDown = await readScaleDown();
try {
  await writeScaleDown({
    stabilizationWindowSeconds: 0,
    policies: [{ type: 'Percent', value: 100, periodSeconds: 1 }],
  });
  const taken: number[] = [];
  for (let round = 0; round < rounds; round += 1) taken.push(await measureRound(plan));
  taken.sort((a, b) => a - b);
  const median = taken[Math.floor(rounds / 2)] ?? Number.NaN;
  console.log(`step of ${perSecond} requests/s: median ${median.toFixed(1)} s; to reach 30 s`);
} finally {
  await writeScaleDown(scaleDown);
}
