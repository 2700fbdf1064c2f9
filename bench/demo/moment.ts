/** What there is to see of the cluster at one moment: replicas, the operator's reasons, the queue. */
import type { KubernetesObject, V1Deployment } from '@kubernetes/client-node';
import { z } from 'zod';
import { objects } from '../../e2e/kubernetes.ts';
import { ask } from '../../e2e/prometheus.ts';

const namespace = 'lms';

/** One scaled workload. */
export interface Fleet {
  readonly desired: number;
  readonly ready: number;
  /** Why the operator chose this number; empty until it has decided. */
  readonly why: string;
}

export interface Moment {
  readonly api: Fleet;
  readonly worker: Fleet;
  /** Essays that wait or are being graded, as Prometheus last saw them; undefined when it did not answer. */
  readonly queueDepth: number | undefined;
}

const decided = z.object({
  status: z.object({ decision: z.object({ message: z.string() }).optional() }).optional(),
});

/** @throws when the API server does not answer */
export async function lookAtCluster(): Promise<Moment> {
  const [deployments, profiles, queueDepth] = await Promise.all([
    objects.list<V1Deployment>('apps/v1', 'Deployment', namespace),
    objects.list('autoscaling.bellwether.dev/v1alpha1', 'ScaleProfile', namespace),
    ask('sum(lms:queue_jobs:max{queue="grading",state=~"waiting|active"})').catch(() => undefined),
  ]);
  const fleet = (name: string) =>
    fleetOf(deployments.items.find(named(name)), profiles.items.find(named(name)));
  return { api: fleet('lms-api'), worker: fleet('lms-worker'), queueDepth };
}

const carried = z.object({
  spec: z.object({
    metrics: z.tuple([z.object({ target: z.object({ averageValue: z.coerce.number() }) })]),
  }),
});

/** Requests a second that one API pod should carry, as its ScaleProfile says. */
export async function requestsPerApiPod(): Promise<number> {
  const apiVersion = 'autoscaling.bellwether.dev/v1alpha1';
  const metadata = { namespace, name: 'lms-api' };
  const profile = await objects.read({ apiVersion, kind: 'ScaleProfile', metadata });
  return carried.parse(profile).spec.metrics[0].target.averageValue;
}

/**
 * The part of catalogue reads that a cache answered over the last seconds, 0 to 1.
 *
 * @returns undefined when there were none or Prometheus does not know
 */
export function catalogueHitRatio(seconds: number): Promise<number | undefined> {
  const reads = (result: string) =>
    `sum(increase(lms_cache_requests_total{cache=~"courses?|categories"${result}}[${seconds}s]))`;
  return ask(`${reads(',result="hit"')} / ${reads('')}`).catch(() => undefined);
}

function named(name: string): (object: KubernetesObject) => boolean {
  return ({ metadata }) => metadata?.name === name;
}

function fleetOf(deployment: V1Deployment | undefined, profile: unknown): Fleet {
  return {
    desired: deployment?.spec?.replicas ?? 0,
    ready: deployment?.status?.readyReplicas ?? 0,
    why: decided.safeParse(profile).data?.status?.decision?.message ?? '',
  };
}
