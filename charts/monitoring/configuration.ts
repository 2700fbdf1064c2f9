/** What Prometheus scrapes: every container port named `metrics`, every 5 s. */
import type { Environment } from '../../cdk8s/environments.ts';

/** As Prometheus reads it; docs/names.md promises the labels. */
export function prometheusConfiguration({ watchedNamespaces }: Environment) {
  const names = watchedNamespaces?.scraped;
  return {
    global: { scrape_interval: '5s', scrape_timeout: '4s', evaluation_interval: '5s' },
    rule_files: ['/etc/prometheus/rules.yaml'],
    scrape_configs: [
      {
        job_name: 'pods',
        kubernetes_sd_configs: [{ role: 'pod', ...(names ? { namespaces: { names } } : {}) }],
        relabel_configs: [
          keep('__meta_kubernetes_pod_container_port_name', 'metrics'),
          keep('__meta_kubernetes_pod_phase', 'Running'),
          copy('__meta_kubernetes_namespace', 'namespace'),
          copy('__meta_kubernetes_pod_name', 'pod'),
          copy('__meta_kubernetes_pod_label_app_kubernetes_io_name', 'app'),
        ],
      },
      { job_name: 'prometheus', static_configs: [{ targets: ['127.0.0.1:9090'] }] },
    ],
  };
}

function keep(source: string, regex: string) {
  return { source_labels: [source], regex, action: 'keep' };
}

function copy(source: string, target: string) {
  return { source_labels: [source], target_label: target };
}
