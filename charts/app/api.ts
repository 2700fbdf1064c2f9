/** The HTTP API: pods that learners' requests reach, without a count, which is the operator's. */
import { k8s } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { digest, labels, namespaces } from '../../cdk8s/labels.ts';
import { podSpec } from '../../cdk8s/pod.ts';
import { httpProbes } from '../../cdk8s/probes.ts';
import { countOrPart, deployment, serviceAccount, sleepBeforeStop } from '../../cdk8s/workloads.ts';
import type { AppProps } from '../app.ts';
import { lmsSecretFiles, lmsUser, settings, settingsName } from './settings.ts';

const name = 'lms-api';
const namespace = namespaces.lms;

/**
 * Seconds between the removal of a pod from its Service and SIGTERM: nodes learn of it within one.
 * The API then drains for as long again (DRAIN_SECONDS) and needs some more for requests in flight.
 */
const stopDelaySeconds = 5;

export class Api extends Construct {
  constructor(scope: Construct, id: string, { environment, images }: AppProps) {
    super(scope, id);
    serviceAccount(this, 'account', name, namespace);
    const workload = deployment(this, 'deployment', {
      metadata: { name, namespace, labels: labels(name) },
      spec: {
        selector: { matchLabels: labels(name) },
        strategy: {
          type: 'RollingUpdate',
          rollingUpdate: {
            maxUnavailable: k8s.IntOrString.fromNumber(0),
            maxSurge: countOrPart(environment.api.maxSurge),
          },
        },
        template: {
          metadata: {
            labels: labels(name),
            annotations: { 'bellwether.dev/settings': digest(settings(environment)) },
          },
          spec: podSpec({
            name,
            image: images.lms,
            command: ['node', 'main.js'],
            envFrom: settingsName,
            ...lmsSecretFiles(environment, name),
            ports: { http: 8080, metrics: 9464 },
            probes: httpProbes('http'),
            cpuRequest: environment.api.cpuRequest,
            memoryRequest: '128Mi',
            memoryLimit: '512Mi',
            user: lmsUser,
            // The delay, the drain, the longest request (15 s), and then its pooler, which has no client any more.
            terminationGracePeriodSeconds: 40,
          }),
        },
      },
    });
    sleepBeforeStop(workload, stopDelaySeconds);
    this.#service(environment.nodePorts?.api);
    this.#disruptionBudget();
  }

  #service(nodePort: number | undefined) {
    const targetPort = k8s.IntOrString.fromString('http');
    new k8s.KubeService(this, 'service', {
      metadata: { name, namespace, labels: labels(name) },
      spec: {
        type: nodePort ? 'NodePort' : 'ClusterIP',
        selector: labels(name),
        ports: [{ name: 'http', port: 8080, targetPort, ...(nodePort ? { nodePort } : {}) }],
      },
    });
  }

  #disruptionBudget() {
    new k8s.KubePodDisruptionBudget(this, 'disruption-budget', {
      metadata: { name, namespace },
      spec: {
        selector: { matchLabels: labels(name) },
        maxUnavailable: k8s.IntOrString.fromString('25%'),
      },
    });
  }
}
