/** A namespace with something to scale and metrics to turn by hand: scaling tests without the LMS. */
import type { KubernetesObject, V1Container, V1Deployment, V1Pod } from '@kubernetes/client-node';
import { apply, objects, read, remove, request, throughout, until } from './kubernetes.ts';
import { gaugePod, putMetrics } from './testbed/gauge.ts';
import { type ProfileStatus, profileNamed, type ScaleProfile, specOf } from './testbed/profile.ts';
import { targetDeployment } from './testbed/target.ts';

/** One namespace of a test file; `close` removes it. */
export class Testbed {
  readonly namespace: string;

  private constructor(namespace: string) {
    this.namespace = namespace;
  }

  /** Make the namespace and wait until its gauge answers. */
  static async open(name: string): Promise<Testbed> {
    const namespace = `e2e-${name}-${Math.random().toString(36).slice(2, 7)}`;
    const labels = {
      'pod-security.kubernetes.io/enforce': 'restricted',
      'bellwether.dev/e2e': 'true',
    };
    await apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace, labels } });
    await until('the default ServiceAccount', 20, () =>
      read('v1', 'ServiceAccount', namespace, 'default'),
    );
    await apply(await gaugePod(namespace));
    const bed = new Testbed(namespace);
    await bed.setGauges({});
    return bed;
  }

  /** Set `test_load` of this namespace; undefined takes the series away, NaN is served as NaN. */
  async setLoad(load: number | undefined): Promise<void> {
    await this.setGauges(load === undefined ? {} : { test_load: load });
  }

  /** Have exactly these series in this namespace, by name; asked again where the way to the gauge breaks. */
  async setGauges(values: Readonly<Record<string, number>>): Promise<void> {
    const lines = Object.entries(values).map(([name, value]) => `${name} ${value}\n`);
    await until('the gauge to take its metrics', 30, async () => {
      const { status } = await putMetrics(this.namespace, lines.join(''));
      return status === 200;
    });
  }

  /** Where pods of the cluster can read what was set. */
  async gaugeAddress(): Promise<string> {
    return until('the address of the gauge', 20, async () => {
      const pod = await this.get<V1Pod>('v1', 'Pod', 'gauge');
      return pod?.status?.podIP;
    });
  }

  /** A Deployment of `replicas` pods, all Ready; unless another container is given they only exist. */
  async startTarget(name: string, replicas: number, container?: V1Container): Promise<void> {
    await apply(targetDeployment(this.namespace, name, replicas, container));
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

  /** Nobody changes the count for 10 s, twice the window for scaling down of `specOf`. */
  staysAt(name: string, replicas: number): Promise<void> {
    return throughout(10, async () => {
      const { wanted } = await this.replicasOf(name);
      return wanted === replicas ? undefined : `${name} was scaled to ${wanted}`;
    });
  }

  /** Apply a profile of `target` by `test_load` at 10 a pod; `overrides` replace fields of the spec. */
  async applyProfile(target: string, overrides: Record<string, unknown> = {}): Promise<void> {
    const spec = specOf(this.namespace, target, overrides);
    await apply<ScaleProfile>({ ...profileNamed(this.namespace, target), spec });
  }

  async statusOf(profile: string): Promise<ProfileStatus | undefined> {
    const found = await objects.read<ScaleProfile>(profileNamed(this.namespace, profile));
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

  /** Wait until the profile's last decision was won by `signal`; the status follows the scale by up to a pass. */
  async untilWinner(profile: string, signal: string): Promise<void> {
    await until(`${signal} to have decided for ${profile}`, 10, async () => {
      const status = await this.statusOf(profile);
      return status?.decision?.winner === signal;
    });
  }

  /** Remove the namespace and all in it, without waiting for the end. */
  async close(): Promise<void> {
    await remove({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: this.namespace } });
  }

  private get<T extends KubernetesObject>(apiVersion: string, kind: string, name: string) {
    return read<T>(apiVersion, kind, this.namespace, name);
  }
}
