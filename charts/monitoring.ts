/** Prometheus, what it scrapes and watches for, and a dashboard. */
import { Chart, Yaml } from 'cdk8s';
import { k8s } from 'cdk8s-plus-27';
import type { Construct } from 'constructs';
import type { Environment } from '../cdk8s/environments.ts';
import type { Images } from '../cdk8s/images.ts';
import { digest, labels, namespaces } from '../cdk8s/labels.ts';
import { allowEgress, allowIngress, denyByDefault } from '../cdk8s/network.ts';
import { type Mount, podSpec } from '../cdk8s/pod.ts';
import { prometheusProbes } from '../cdk8s/probes.ts';
import { restrictedNamespace, serviceAccount } from '../cdk8s/workloads.ts';
import { claimTemplate, nodeVolume } from './data/store.ts';
import { PodDiscovery } from './monitoring/access.ts';
import { prometheusConfiguration } from './monitoring/configuration.ts';
import { dashboard } from './monitoring/dashboard.ts';
import { rules } from './monitoring/rules.ts';

const name = 'prometheus';
const namespace = namespaces.monitoring;
const configName = 'prometheus-configuration';

export interface MonitoringProps {
  readonly environment: Environment;
  readonly images: Images;
}

export class MonitoringChart extends Chart {
  constructor(scope: Construct, id: string, { environment, images }: MonitoringProps) {
    super(scope, id);
    restrictedNamespace(this, 'namespace', namespace);
    serviceAccount(this, 'account', name, namespace);
    const scraped = environment.watchedNamespaces?.scraped;
    new PodDiscovery(this, 'access', { name, namespace, ...(scraped ? { scraped } : {}) });
    this.#prometheus(environment, images.prometheus);
    this.#service(environment.nodePorts?.prometheus);
    this.#network(environment);
    new k8s.KubeConfigMap(this, 'dashboard', {
      metadata: { name: 'bellwether-dashboard', namespace, labels: { grafana_dashboard: '1' } },
      data: { 'bellwether.json': JSON.stringify(dashboard(), null, 2) },
    });
  }

  #prometheus(environment: Environment, image: string) {
    const configuration = {
      'prometheus.yaml': Yaml.stringify(prometheusConfiguration(environment)),
      'rules.yaml': Yaml.stringify(rules),
    };
    new k8s.KubeConfigMap(this, 'configuration', {
      metadata: { name: configName, namespace },
      data: configuration,
    });
    const onNode = environment.data.type === 'inCluster';
    if (onNode) nodeVolume(this, name, namespace, '/var/lib/bellwether/prometheus');
    const data: Mount = { type: 'claim', claim: 'data' };
    new k8s.KubeStatefulSet(this, 'set', {
      metadata: { name, namespace, labels: labels(name) },
      spec: {
        serviceName: name,
        replicas: 1,
        selector: { matchLabels: labels(name) },
        template: {
          metadata: {
            labels: labels(name),
            annotations: { 'bellwether.dev/configuration': digest(configuration) },
          },
          spec: podSpec({
            name,
            image,
            args: [
              '--config.file=/etc/prometheus/prometheus.yaml',
              '--storage.tsdb.path=/prometheus',
              `--storage.tsdb.retention.time=${environment.metricsRetention}`,
              '--web.listen-address=:9090',
            ],
            ports: { web: 9090 },
            mounts: {
              '/prometheus': data,
              '/etc/prometheus': { type: 'configMap', configMap: configName },
            },
            probes: prometheusProbes('web'),
            cpuRequest: '50m',
            memoryRequest: '128Mi',
            memoryLimit: '1Gi',
            user: 65534,
            serviceAccount: name,
            spread: false,
          }),
        },
        volumeClaimTemplates: [claimTemplate(name, onNode)],
      },
    });
  }

  #service(nodePort: number | undefined) {
    new k8s.KubeService(this, 'service', {
      metadata: { name, namespace, labels: labels(name) },
      spec: {
        type: nodePort ? 'NodePort' : 'ClusterIP',
        selector: labels(name),
        ports: [{ name: 'web', port: 9090, ...(nodePort ? { nodePort } : {}) }],
      },
    });
  }

  #network({ nodePorts, watchedNamespaces }: Environment) {
    denyByDefault(this, namespace);
    const operator = { namespace: namespaces.operator, name: 'bellwether-operator' };
    allowIngress(this, namespace, {
      name,
      ports: [9090],
      ...(nodePorts ? {} : { peers: [operator] }),
    });
    const scraped = watchedNamespaces?.scraped.map((each) => ({ namespace: each }));
    allowEgress(this, namespace, { name, ports: [9464], ...(scraped ? { peers: scraped } : {}) });
    // The API server, whose address is not known to a label.
    allowEgress(this, namespace, { name, ports: [443, 6443] });
  }
}
