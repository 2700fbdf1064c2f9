/** Which readings of a profile are of clients that wait in a pool whose budget is spent. */
import type { Metric } from '../api/metric.ts';
import type { ProfileSpec } from '../api/profile.ts';
import { parseQuery, readsSeries } from '../prometheus/query.ts';
import type { PoolWait } from '../scaling/observation.ts';
import type { Account } from './account.ts';

/** What the operator tells of poolers, see `operator/metrics.ts`. */
const poolerSeries = 'bellwether_pooler_';

/** @returns undefined where the budget is not spent, or nobody waits for it */
export function poolWaitOf(
  account: Account | undefined,
  { metrics, guard }: Pick<ProfileSpec, 'metrics' | 'guard'>,
): PoolWait | undefined {
  if (!account?.isSaturated()) return undefined;
  return {
    budget: account.budget,
    metrics: metrics.filter((metric) => queriesOf(metric).some(readsPooler)).map(nameOf),
    guards: guard.filter(({ query }) => readsPooler(query)).map(nameOf),
  };
}

function queriesOf(metric: Metric): readonly string[] {
  if (metric.type === 'Prometheus') {
    const { query, burstQuery } = metric.prometheus;
    return given([query, burstQuery]);
  }
  if (metric.type !== 'Queue') return [];
  const { depth, arrivals, completions } = metric.queue;
  return given([depth, arrivals, completions]);
}

function given(queries: readonly (string | undefined)[]): readonly string[] {
  return queries.filter((query) => query !== undefined);
}

/** Whatever `$window` stands for. */
function readsPooler(written: string): boolean {
  const query = parseQuery(written, 60);
  return typeof query !== 'string' && readsSeries(query, poolerSeries);
}

function nameOf({ name }: { readonly name: string }): string {
  return name;
}
