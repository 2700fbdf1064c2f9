/** How long an operator that has just started takes to get to know a fleet. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Operator } from './operator.ts';
import type { Strategy } from './population.ts';
import { type Samples, seriesOf, total } from './samples.ts';

/** Seconds from the start of the process until all profiles have it, to the next scrape. */
export interface Start {
  readonly lookedAt: number;
  readonly status: number;
  /** undefined: the strategy asks for none. */
  readonly history: number | undefined;
}

const scrapeSeconds = 3;
const timeoutSeconds = 1500;

const achievements = {
  lookedAt: (samples: Samples) => seriesOf(samples, 'bellwether_desired_replicas').length,
  status: (samples: Samples) => total(samples, 'bellwether_status_writes_total'),
  history: (samples: Samples) => samples.get('bellwether_histories_total{outcome="taken"}') ?? 0,
} as const;

/** @throws Error if some profile still lacks something after a long time */
export async function measureStart(
  operator: Operator,
  profiles: number,
  strategy: Strategy,
): Promise<Start> {
  const startedMs = performance.now();
  const has = async (achieved: (samples: Samples) => number) => {
    for (;;) {
      const samples = await operator.samples().catch(() => undefined);
      const seconds = (performance.now() - startedMs) / 1000;
      if (samples && achieved(samples) >= profiles) return seconds;
      if (operator.hasEnded() || seconds > timeoutSeconds)
        throw new Error('some profile was not followed');
      await sleep(scrapeSeconds * 1000);
    }
  };
  // In this order they are achieved, too.
  const lookedAt = await has(achievements.lookedAt);
  const status = await has(achievements.status);
  const history = strategy === 'Adaptive' ? await has(achievements.history) : undefined;
  return { lookedAt, status, history };
}
