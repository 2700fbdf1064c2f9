/** A namespace with something to scale and a metric to turn by hand: scaling tests without the LMS. */
import type { KubernetesObject, V1Container, V1Deployment, V1Pod } from '@kubernetes/client-node';
import { apply, objects, read, remove, request, throughout, until } from './kubernetes.ts';

/** What the Pod Security standard `restricted` asks of a container. */
export const restricted = {
  allowPrivilegeEscalation: false,
  runAsNonRoot: true,
  runAsUser: 65534,
  capabilities: { drop: ['ALL'] },
  seccompProfile: { type: 'RuntimeDefault' },
};

const idle: V1Container = { name: 'pause', image: 'registry.k8s.io/pause:3.10.1' };

/** Serves under /metrics whatever was last PUT there. */
const gaugeProgram = `
let text = '';
require('node:http').createServer((request, response) => {
  if (request.method !== 'PUT') return response.end(text);
  let body = '';
  request.on('data', (chunk) => { body += chunk; });
  request.on('end', () => { text = body; response.end(); });
}).listen(9464);
process.on('SIGTERM', () => process.exit(0));
`;

/** The parts of a ScaleProfile's status that tests look at. */
export interface ProfileStatus {
  readonly desiredReplicas?: number;
  readonly conditions?: readonly {
    readonly type: string;
    readonly status: string;
    readonly reason: string;
    readonly message: string;
  }[];
  readonly decision?: { readonly at: string; readonly winner?: string };
  readonly memory?: {
    readonly signals?: Readonly<Record<string, { readonly adaptive?: { loads: number[][] } }>>;
  };
}

interface ScaleProfile extends KubernetesObject {
  readonly spec?: Record<string, unknown>;
  readonly status?: ProfileStatus;
}

/** One namespace of a test file; `close` removes it. */
export class Testbed {
  readonly namespace: string;

  private constructor(namespace: string) {
    this.namespace = namespace;
  }

  /** Make the namespace and wait until the gauge is scraped. */
  static async open(name: string): Promise<Testbed> {
    const namespace = `e2e-${name}-${Math.random().toString(36).slice(2, 7)}`;
    const labels = {
      'pod-security.kubernetes.io/enforce': 'restricted',
      'bellwether.dev/e2e': 'true',
    };
    await apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace, labels } });
    const testbed = new Testbed(namespace);
    await testbed.startGauge();
    return testbed;
  }

  /** Start the pod whose metrics `setLoad` sets. */
  async startGauge(): Promise<void> {
    await until('the default ServiceAccount', 20, () =>
      read('v1', 'ServiceAccount', this.namespace, 'default'),
    );
    await apply<V1Pod>({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: {
        name: 'gauge',
        namespace: this.namespace,
        labels: { 'app.kubernetes.io/name': 'gauge' },
      },
      spec: {
        automountServiceAccountToken: false,
        terminationGracePeriodSeconds: 0,
        containers: [
          {
            name: 'gauge',
            image: await nodeImage(),
            command: ['node', '-e', gaugeProgram],
            ports: [{ name: 'metrics', containerPort: 9464 }],
            securityContext: restricted,
          },
        ],
      },
    });
    await until('the gauge to answer', 30, async () => (await this.putMetrics('')).status === 200);
  }

  /** Stop the gauge: its series go stale. */
  async stopGauge(): Promise<void> {
    await remove({ apiVersion: 'v1', kind: 'Pod', metadata: this.named('gauge') }, 0);
    await until('the gauge to be gone', 30, async () => !(await this.get('v1', 'Pod', 'gauge')));
  }

  /** Set `test_load` of this namespace; undefined takes the series away, NaN is served as NaN. */
  async setLoad(load: number | undefined): Promise<void> {
    const answer = await this.putMetrics(load === undefined ? '' : `test_load ${load}\n`);
    if (answer.status !== 200) throw new Error(`setting the load: ${answer.status} ${answer.text}`);
  }

  /** Where pods of the cluster can read what `setLoad` set. */
  async gaugeAddress(): Promise<string> {
    return until('the address of the gauge', 20, async () => {
      const pod = await this.get<V1Pod>('v1', 'Pod', 'gauge');
      return pod?.status?.podIP;
    });
  }

  private putMetrics(text: string) {
    const path = `/api/v1/namespaces/${this.namespace}/pods/gauge:9464/proxy/metrics`;
    return request('PUT', path, text, 'text/plain');
  }

  /** A Deployment of `replicas` pods, all Ready; unless another container is given they only exist. */
  async startTarget(name: string, replicas: number, container = idle): Promise<void> {
    const labels = { 'app.kubernetes.io/name': name };
    await apply<V1Deployment>({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: this.named(name),
      spec: {
        replicas,
        selector: { matchLabels: labels },
        template: {
          metadata: { labels },
          spec: {
            automountServiceAccountToken: false,
            terminationGracePeriodSeconds: 0,
            containers: [{ ...container, securityContext: restricted }],
          },
        },
      },
    });
    await until(`${replicas} Ready pods of ${name}`, 60, async () => {
      const { ready } = await this.replicasOf(name);
      return ready === replicas;
    });
  }

  /** Write the target's scale, as a person with kubectl would. */
  async setReplicas(name: string, replicas: number): Promise<void> {
    const path = `/apis/apps/v1/namespaces/${this.namespace}/deployments/${name}/scale?fieldManager=bellwether-e2e-hand`;
    const patch = JSON.stringify({ spec: { replicas } });
    const answer = await request('PATCH', path, patch, 'application/merge-patch+json');
    if (answer.status !== 200) throw new Error(`scaling ${name}: ${answer.text}`);
  }

  async replicasOf(name: string): Promise<{ readonly wanted: number; readonly ready: number }> {
    const target = await this.get<V1Deployment>('apps/v1', 'Deployment', name);
    return { wanted: target?.spec?.replicas ?? 0, ready: target?.status?.readyReplicas ?? 0 };
  }

  /** Wait until the target is asked for exactly `replicas`. */
  async untilReplicas(name: string, replicas: number, seconds: number): Promise<void> {
    await until(`${name} to be scaled to ${replicas}`, seconds, async () => {
      const { wanted } = await this.replicasOf(name);
      return wanted === replicas;
    });
  }

  /** Nobody changes the count for 10 s, twice the window for scaling down of `spec`. */
  staysAt(name: string, replicas: number): Promise<void> {
    return throughout(10, async () => {
      const { wanted } = await this.replicasOf(name);
      return wanted === replicas ? undefined : `${name} was scaled to ${wanted}`;
    });
  }

  /** Apply a profile of `target` by `test_load` at 10 a pod; `overrides` replace fields of the spec. */
  async applyProfile(target: string, overrides: Record<string, unknown> = {}): Promise<void> {
    await apply<ScaleProfile>({ ...this.profile(target), spec: this.spec(target, overrides) });
  }

  /** Names a Deployment as a profile's target. */
  targetRef(name: string) {
    return { apiVersion: 'apps/v1', kind: 'Deployment', name };
  }

  /** A valid spec of strategy HPA that reacts within seconds. */
  spec(target: string, overrides: Record<string, unknown> = {}): Record<string, unknown> {
    return {
      scaleTargetRef: this.targetRef(target),
      syncPeriodSeconds: 1,
      minReplicas: 1,
      maxReplicas: 10,
      metrics: [
        {
          name: 'load',
          type: 'Prometheus',
          prometheus: { query: `sum(test_load{namespace="${this.namespace}"})` },
          target: { type: 'AverageValue', averageValue: '10' },
        },
      ],
      strategy: { type: 'HPA' },
      behavior: {
        scaleUp: { policies: [{ type: 'Percent', value: 900, periodSeconds: 15 }] },
        scaleDown: { stabilizationWindowSeconds: 5 },
      },
      fallback: { staleAfterSeconds: 20 },
      ...overrides,
    };
  }

  async statusOf(profile: string): Promise<ProfileStatus | undefined> {
    const found = await objects.read<ScaleProfile>(this.profile(profile));
    return found.status;
  }

  /** Wait until a condition of the profile holds `status` and, where given, `reason`; returns its message. */
  async untilCondition(
    profile: string,
    type: string,
    status: string,
    reason: string | undefined,
    seconds: number,
  ): Promise<string> {
    return until(`${profile} to say ${type}=${status} ${reason ?? ''}`, seconds, async () => {
      const found = (await this.statusOf(profile))?.conditions?.find((each) => each.type === type);
      return found?.status === status && (!reason || found.reason === reason) && found.message;
    });
  }

  /** Remove the namespace and all in it, without waiting for the end. */
  async close(): Promise<void> {
    await remove({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: this.namespace } });
  }

  private profile(name: string) {
    const apiVersion = 'autoscaling.bellwether.dev/v1alpha1';
    return { apiVersion, kind: 'ScaleProfile', metadata: this.named(name) };
  }

  private named(name: string) {
    return { name, namespace: this.namespace };
  }

  private get<T extends KubernetesObject>(apiVersion: string, kind: string, name: string) {
    return read<T>(apiVersion, kind, this.namespace, name);
  }
}

/** An image with Node in it that the cluster has already: the API's own. */
export async function nodeImage(): Promise<string> {
  const api = await read<V1Deployment>('apps/v1', 'Deployment', 'lms', 'lms-api');
  const image = api?.spec?.template.spec?.containers[0]?.image;
  if (!image) throw new Error('no Deployment lms/lms-api to take an image from: run `make deploy`');
  return image;
}
