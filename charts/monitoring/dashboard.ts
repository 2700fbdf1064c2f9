/** A Grafana dashboard of the platform, for a Grafana that the cluster may have; none is deployed. */

interface Panel {
  readonly title: string;
  readonly unit: string;
  /** PromQL by legend. */
  readonly queries: Readonly<Record<string, string>>;
}

const panels: readonly Panel[] = [
  {
    title: 'Requests',
    unit: 'reqps',
    queries: {
      '{{status}}': 'sum by (status) (rate(lms_http_requests_total{app="lms-api"}[1m]))',
    },
  },
  {
    title: 'Latency',
    unit: 's',
    queries: Object.fromEntries(
      ['0.5', '0.95', '0.99'].map((quantile) => [
        `p${Number(quantile) * 100}`,
        `histogram_quantile(${quantile}, sum by (le) (rate(lms_http_request_duration_seconds_bucket{app="lms-api"}[1m])))`,
      ]),
    ),
  },
  {
    title: 'Ready pods',
    unit: 'short',
    queries: { '{{app}}': 'count by (app) (up{job="pods"} == 1)' },
  },
  {
    title: 'Replicas that the operator wants',
    unit: 'short',
    queries: { '{{profile}}': 'max by (namespace, profile) (bellwether_desired_replicas)' },
  },
  {
    title: 'Queues',
    unit: 'short',
    queries: { '{{queue}} {{state}}': 'lms:queue_jobs:max' },
  },
  {
    title: 'Cache hits',
    unit: 'percentunit',
    queries: { '{{cache}}': 'lms:cache_hits:ratio_rate5m' },
  },
  {
    title: 'Database connections',
    unit: 'short',
    queries: { '{{state}}': 'sum by (state) (lms_db_pool_connections)' },
  },
  {
    title: 'Connection budgets',
    unit: 'short',
    queries: {
      '{{budget}} to share': 'max by (budget) (bellwether_budget_connections)',
      '{{budget}} committed': 'max by (budget) (bellwether_budget_committed)',
      '{{budget}} ghosts': 'max by (budget) (bellwether_budget_ghosts)',
    },
  },
  {
    title: 'Poolers',
    unit: 'short',
    queries: {
      '{{profile}} may open': 'sum by (profile) (bellwether_pooler_limit)',
      '{{profile}} in transactions': 'sum by (profile) (bellwether_pooler_active)',
      '{{profile}} waiting': 'sum by (profile) (bellwether_pooler_clients_waiting)',
    },
  },
  {
    title: 'CPU of pods',
    unit: 'short',
    queries: { '{{app}}': 'sum by (app) (rate(process_cpu_seconds_total{job="pods"}[1m]))' },
  },
  {
    title: 'Memory of pods',
    unit: 'bytes',
    queries: { '{{app}}': 'sum by (app) (process_resident_memory_bytes{job="pods"})' },
  },
];

/** The dashboard's JSON model, two panels a row. */
export function dashboard() {
  return {
    uid: 'bellwether',
    title: 'Bellwether',
    schemaVersion: 39,
    refresh: '10s',
    time: { from: 'now-30m', to: 'now' },
    templating: { list: [{ name: 'source', type: 'datasource', query: 'prometheus' }] },
    panels: panels.map((panel, index) => ({
      id: index + 1,
      type: 'timeseries',
      title: panel.title,
      datasource,
      fieldConfig: { defaults: { unit: panel.unit, min: 0 }, overrides: [] },
      gridPos: { x: (index % 2) * 12, y: Math.floor(index / 2) * 8, w: 12, h: 8 },
      targets: targets(panel),
    })),
  };
}

const datasource = { type: 'prometheus', uid: `\${source}` };

function targets({ queries }: Panel) {
  return Object.entries(queries).map(([legendFormat, expr], index) => ({
    refId: String.fromCharCode(65 + index),
    expr,
    legendFormat,
    datasource,
  }));
}
