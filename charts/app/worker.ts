/** The worker: pods that take jobs from the queues, without a count, which is the operator's. */
import { k8s } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { digest, labels, namespaces } from '../../cdk8s/labels.ts';
import { podSpec } from '../../cdk8s/pod.ts';
import { httpProbes } from '../../cdk8s/probes.ts';
import { countOrPart, deployment, serviceAccount } from '../../cdk8s/workloads.ts';
import type { AppProps } from '../app.ts';
import { lmsSecretFiles, lmsUser, settings, settingsName } from './settings.ts';

const name = 'lms-worker';
const namespace = namespaces.lms;

export class Worker extends Construct {
  constructor(scope: Construct, id: string, { environment, images }: AppProps) {
    super(scope, id);
    serviceAccount(this, 'account', name, namespace);
    deployment(this, 'deployment', {
      metadata: { name, namespace, labels: labels(name) },
      spec: {
        selector: { matchLabels: labels(name) },
        strategy: {
          type: 'RollingUpdate',
          rollingUpdate: { maxSurge: countOrPart(environment.worker.maxSurge) },
        },
        template: {
          metadata: {
            labels: labels(name),
            annotations: { 'bellwether.dev/settings': digest(settings(environment)) },
          },
          spec: podSpec({
            name,
            image: images.lms,
            command: ['node', 'worker.js'],
            envFrom: settingsName,
            ...lmsSecretFiles(environment, name),
            ports: { metrics: 9464 },
            probes: httpProbes('metrics'),
            cpuRequest: environment.worker.cpuRequest,
            memoryRequest: '128Mi',
            memoryLimit: '512Mi',
            user: lmsUser,
            // Jobs in hand are finished first; what takes longer is taken up again elsewhere.
            terminationGracePeriodSeconds: 60,
          }),
        },
      },
    });
    new k8s.KubePodDisruptionBudget(this, 'disruption-budget', {
      metadata: { name, namespace },
      spec: {
        selector: { matchLabels: labels(name) },
        maxUnavailable: k8s.IntOrString.fromString('50%'),
      },
    });
  }
}
