/** The ScaleProfiles of the LMS: the API by its request rate, ahead of it where it can be; the worker by its queue. */
import { ApiObject, Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import type { Environment, Scaling } from '../cdk8s/environments.ts';
import { namespaces } from '../cdk8s/labels.ts';

const namespace = namespaces.lms;
/** The ConnectionBudget of PostgreSQL. */
const budget = 'postgres';
const inNamespace = `namespace="${namespace}"`;

/** Requests a second to all pods: those answered lag behind while pods are too few, and run ahead once there are enough. */
const requestRate = `sum(rate(lms_http_requests_received_total{${inNamespace},app="lms-api"}[$window]))`;
const recentRate = `lms_http_requests_per_second{${inNamespace},app="lms-api"}`;
/**
 * One scrape shows the whole of a step. Pods that are new count from their second on: until the old ones have been scraped
 * again, what these have handed over would count twice. Where all pods are new there is no burst to be seen.
 */
const burstRate = `sum(${recentRate} and ${recentRate} offset 5s) or vector(0)`;
/**
 * Half as many again: what the first scrape of a step shows in part is mostly so much less than the whole, and the requests that waited for
 * pods to start, which come together when these do, are not so much more.
 */
const burst = { thresholdPercent: 150 };

/** How often a learner at work asks something, in seconds. */
const secondsPerRequest = 30;

/** Only one worker exports the queue; `max` keeps the hand-over from counting twice. */
const gradingDepth = `sum(max by (state) (lms_queue_jobs{${inNamespace},queue="grading",state=~"waiting|active"}))`;
const gradingArrivals = `max(rate(lms_queue_added_total{${inNamespace},queue="grading"}[20s]))`;

export class ProfilesChart extends Chart {
  constructor(scope: Construct, id: string, { api, worker, connections }: Environment) {
    super(scope, id);
    this.#budget(connections);
    this.#profile('lms-api', api, {
      metrics: [
        {
          name: 'requests',
          type: 'Prometheus',
          prometheus: { query: requestRate, burstQuery: burstRate },
          target: { type: 'AverageValue', averageValue: `${api.perReplica}` },
        },
      ],
      strategy: { type: 'Adaptive', holdSeconds: api.scaleDownWindowSeconds },
      schedules: [{ name: 'expected', query: expectedReplicas(api) }],
      burst,
    });
    this.#profile('lms-worker', worker, {
      metrics: [
        {
          name: 'grading',
          type: 'Queue',
          queue: {
            depth: gradingDepth,
            arrivals: gradingArrivals,
            ratePerReplica: `${worker.perReplica}`,
            drainSeconds: 15,
          },
        },
      ],
      strategy: { type: 'HPA' },
      behavior: behavior(worker),
    });
  }

  #budget({ budget: serverConnections, reserve }: Environment['connections']) {
    new ApiObject(this, 'budget', {
      apiVersion: 'autoscaling.bellwether.dev/v1alpha1',
      kind: 'ConnectionBudget',
      metadata: { name: budget, namespace },
      spec: {
        serverConnections,
        reserve,
        database: { secretRef: { name: 'operator-database', key: 'url' }, role: 'lms' },
        enforceRoleLimit: true,
      },
    });
  }

  #profile(name: string, scaling: Scaling, rules: Record<string, unknown>) {
    new ApiObject(this, name, {
      apiVersion: 'autoscaling.bellwether.dev/v1alpha1',
      kind: 'ScaleProfile',
      metadata: { name, namespace },
      spec: {
        scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name },
        mode: 'Active',
        syncPeriodSeconds: scaling.syncPeriodSeconds,
        minReplicas: scaling.minReplicas,
        maxReplicas: scaling.maxReplicas,
        ...rules,
        sidecars: { pgbouncer: pooler(scaling) },
        fallback: { staleAfterSeconds: 30, failureSeconds: 180 },
      },
    });
  }
}

/** Pods for the learners of the exams and lessons that open soon, before they are there. */
function expectedReplicas({ perReplica }: Scaling): string {
  const learnersPerReplica = perReplica * secondsPerRequest;
  return `max(lms_expected_learners{${inNamespace}}) / ${learnersPerReplica}`;
}

/** Without its pooler a pod of ours has no way to PostgreSQL, hence no pool of its own. */
function pooler({ connectionFloor }: Scaling) {
  return {
    budgetRef: { name: budget },
    floor: connectionFloor,
    directPool: 0,
    credentialsSecretRef: { name: 'lms-database', key: 'url' },
  };
}

/** Up at once and as far as needed; down only below what the window has seen, by half in half a minute. */
function behavior({ maxReplicas, scaleDownWindowSeconds }: Scaling) {
  return {
    scaleUp: {
      stabilizationWindowSeconds: 0,
      policies: [{ type: 'Pods', value: maxReplicas, periodSeconds: 15 }],
    },
    scaleDown: {
      stabilizationWindowSeconds: scaleDownWindowSeconds,
      policies: [{ type: 'Percent', value: 50, periodSeconds: 30 }],
    },
  };
}
