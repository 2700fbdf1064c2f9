/** Recording and alert rules: the objectives of the platform as Prometheus watches them. */

interface Rule {
  readonly expr: string;
  readonly record?: string;
  readonly alert?: string;
  readonly for?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** The objective: fewer failed requests than this. */
const errorBudgetRatio = 0.001;

const requests = 'lms_http_requests_total{app="lms-api"}';
const failures = 'lms_http_requests_total{app="lms-api",status=~"5.."}';
/** Caches of catalogue reads, whose hits are an objective; below some traffic they cannot stay warm. */
const catalogue = 'cache=~"courses?|categories"';
const burnWindows = ['5m', '30m', '1h', '6h'];

const recordings: readonly Rule[] = [
  { record: 'lms:http_requests:rate1m', expr: `sum(rate(${requests}[1m]))` },
  ...burnWindows.map((window) => ({
    record: `lms:http_failures:ratio_rate${window}`,
    expr: `(sum(rate(${failures}[${window}])) or vector(0)) / sum(rate(${requests}[${window}]))`,
  })),
  {
    record: 'lms:http_request_duration_seconds:p95_5m',
    expr: 'histogram_quantile(0.95, sum by (le) (rate(lms_http_request_duration_seconds_bucket{app="lms-api"}[5m])))',
  },
  {
    record: 'lms:db_statement_duration_seconds:p95_5m',
    expr: 'histogram_quantile(0.95, sum by (le) (rate(lms_db_statement_duration_seconds_bucket[5m])))',
  },
  {
    record: 'lms:cache_hits:ratio_rate5m',
    expr: 'sum by (cache) (rate(lms_cache_requests_total{result="hit"}[5m])) / sum by (cache) (rate(lms_cache_requests_total[5m]))',
  },
  {
    record: 'lms:catalogue_cache_hits:ratio_rate5m',
    expr: `sum(rate(lms_cache_requests_total{${catalogue},result="hit"}[5m])) / sum(rate(lms_cache_requests_total{${catalogue}}[5m]))`,
  },
  {
    record: 'lms:queue_jobs:max',
    expr: 'max by (queue, state) (lms_queue_jobs)',
  },
];

/** Both windows must burn: the long one so that it matters, the short one so that it is still going on. */
function burning(factor: number, long: string, short: string): string {
  const limit = (factor * errorBudgetRatio).toFixed(4);
  return `lms:http_failures:ratio_rate${long} > ${limit} and lms:http_failures:ratio_rate${short} > ${limit}`;
}

const alerts: readonly Rule[] = [
  alert('LmsErrorBudgetBurnsFast', burning(14.4, '1h', '5m'), '2m', 'page', {
    summary: 'At this rate of 5xx a month’s error budget lasts two days.',
  }),
  alert('LmsErrorBudgetBurns', burning(6, '6h', '30m'), '15m', 'ticket', {
    summary: 'At this rate of 5xx a month’s error budget lasts five days.',
  }),
  alert('LmsSlow', 'lms:http_request_duration_seconds:p95_5m > 0.2', '5m', 'ticket', {
    summary: '5 % of requests take longer than {{ $value | humanizeDuration }}.',
  }),
  alert('LmsDatabaseSlow', 'lms:db_statement_duration_seconds:p95_5m > 0.01', '5m', 'ticket', {
    summary: '5 % of SQL statements take longer than {{ $value | humanizeDuration }}.',
  }),
  alert(
    'LmsCacheHitsLow',
    'lms:catalogue_cache_hits:ratio_rate5m < 0.8 and lms:http_requests:rate1m > 10',
    '15m',
    'ticket',
    { summary: 'The caches answer only {{ $value | humanizePercentage }} of catalogue reads.' },
  ),
  alert('LmsQueueOld', 'max by (queue) (lms_queue_oldest_job_age_seconds) > 300', '5m', 'ticket', {
    summary: 'The oldest job of {{ $labels.queue }} waits for {{ $value | humanizeDuration }}.',
  }),
  alert('LmsDeadLetters', 'lms:queue_jobs:max{state="failed"} > 0', '1m', 'ticket', {
    summary: '{{ $value }} jobs of {{ $labels.queue }} failed for good.',
  }),
  alert(
    'LmsDatabasePoolWaits',
    'sum by (pod) (lms_db_pool_connections{state="waiting"}) > 0',
    '2m',
    'ticket',
    { summary: '{{ $labels.pod }} has had statements waiting for a connection for 2 minutes.' },
  ),
  alert('BellwetherNotLeading', 'absent(bellwether_leader == 1)', '1m', 'page', {
    summary: 'No operator leads: nothing is scaled.',
  }),
  alert(
    'BellwetherBudgetOverCommitted',
    'bellwether_budget_committed > bellwether_budget_connections',
    '5m',
    'ticket',
    { summary: 'Pods may open more connections than ConnectionBudget {{ $labels.budget }} has.' },
  ),
  alert(
    'BellwetherBudgetSpent',
    'sum by (budget) (bellwether_pooler_clients_waiting) > 0 and max by (budget) (bellwether_budget_free) <= 0',
    '5m',
    'ticket',
    {
      summary:
        'Clients wait for connections and ConnectionBudget {{ $labels.budget }} is spent: more pods would not help.',
    },
  ),
  alert(
    'BellwetherBudgetNotKept',
    'rate(bellwether_rebalance_duration_seconds_count{outcome="failed"}[5m]) > 0',
    '5m',
    'ticket',
    { summary: 'Rebalances fail: poolers keep what they have and nothing is raised.' },
  ),
  alert('ScrapeTargetDown', 'up == 0', '2m', 'ticket', {
    summary: '{{ $labels.pod }} does not answer Prometheus.',
  }),
];

function alert(
  name: string,
  expr: string,
  duration: string,
  severity: 'page' | 'ticket',
  annotations: Rule['annotations'] & object,
): Rule {
  return { alert: name, expr, for: duration, labels: { severity }, annotations };
}

/** The rule file, as Prometheus reads it. */
export const rules = {
  groups: [
    { name: 'recordings', rules: recordings },
    { name: 'alerts', rules: alerts },
  ],
} as const;
