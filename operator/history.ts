/** What strategy Adaptive takes over from Prometheus once a term: asked for beside the passes, used when it is there. */
import type { ProfileSpec } from './api/profile.ts';
import type { Log } from './log.ts';
import type { Metrics } from './metrics.ts';
import type { Pace } from './pace.ts';
import type { Prometheus } from './prometheus/client.ts';
import type { Known } from './recall.ts';
import { minutesOf } from './scaling/adaptive/prime.ts';
import { EMPTY_RING, rememberMinutes } from './scaling/adaptive/ring.ts';
import { forecastMetrics, type Histories, primeMemory } from './scaling/history.ts';
import type { Observation } from './scaling/observation.ts';
import { queryWindowSeconds } from './scaling/strategy.ts';

/** Nothing waits for a history, so a Prometheus that is down is asked again at leisure. */
const retryMs = 300_000;
const defaultDays = 8;

interface Sources {
  readonly prometheus: Prometheus;
  readonly metrics: Metrics;
  readonly log: Log;
  readonly pace: Pace;
  readonly wallMs: () => number;
}

/** Ask for the history if it is time to. When it comes, what is known then has it in its memory from the next pass on. */
export function takeUpHistory(
  sources: Sources,
  spec: ProfileSpec,
  observation: Observation,
  known: Known,
): void {
  const { metrics, log, wallMs } = sources;
  const { type, history } = spec.strategy;
  if (type !== 'Adaptive' || history?.prometheus === false) return;
  if (observation.nowMs < known.historyAtMs) return;
  // Behind the histories of many other profiles this one may wait for long: it is not asked for twice.
  known.historyAtMs = Number.POSITIVE_INFINITY;
  ask(sources, spec, observation.nowMs)
    .then((histories) => {
      known.memory = primeMemory(spec, observation, known.memory, histories);
      metrics.histories.inc({ outcome: 'taken' });
    })
    .catch((error: unknown) => {
      known.historyAtMs = wallMs() + retryMs;
      metrics.histories.inc({ outcome: 'failed' });
      log.warn({ error }, 'history not read: seasons grow again');
    });
}

/** Day by day, each once there is time to spare: many histories together are more work than all passes. */
async function ask(
  { prometheus, pace }: Sources,
  spec: ProfileSpec,
  nowMs: number,
): Promise<Histories> {
  const days = spec.strategy.history?.days ?? defaultDays;
  const options = { windowSeconds: queryWindowSeconds(spec), days, nowMs };
  const histories = forecastMetrics(spec).map(async ({ name, prometheus: { query } }) => {
    let ring = EMPTY_RING;
    await prometheus.history(query, options, async (day) => {
      ring = rememberMinutes(ring, minutesOf(day));
      await pace.untilSpare();
    });
    return [name, ring] as const;
  });
  return Object.fromEntries(await Promise.all(histories));
}
