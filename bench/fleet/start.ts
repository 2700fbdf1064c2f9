/** How long an operator that has just started takes to get to know a fleet. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Operator } from './operator.ts';
import type { Strategy } from './population.ts';
import { type Samples, seriesOf, total } from './samples.ts';

/** From the start of the process to the next scrape. */
interface Reached {
  readonly profiles: number;
  readonly seconds: number;
}

export interface Start {
  readonly lookedAt: Reached;
  readonly status: Reached;
  /** The strategy may ask for none; what is not taken over in time is not waited for. */
  readonly history: Reached | undefined;
}

const scrapeSeconds = 3;
const timeoutSeconds = 600;

const achievements = {
  lookedAt: (samples: Samples) => seriesOf(samples, 'bellwether_desired_replicas').length,
  status: (samples: Samples) => total(samples, 'bellwether_status_writes_total'),
  history: (samples: Samples) => samples.get('bellwether_histories_total{outcome="taken"}') ?? 0,
} as const;

/** @throws Error if some profile is not looked at, or has no status, after a long time */
export async function measureStart(
  operator: Operator,
  profiles: number,
  strategy: Strategy,
): Promise<Start> {
  const startedMs = performance.now();
  const reach = async (achieved: (samples: Samples) => number): Promise<Reached> => {
    const begunMs = performance.now();
    for (;;) {
      const samples = await operator.samples().catch(() => undefined);
      const nowMs = performance.now();
      const count = Math.min(profiles, samples ? achieved(samples) : 0);
      const isOver = operator.hasEnded() || nowMs - begunMs > timeoutSeconds * 1000;
      if (count === profiles || isOver) {
        return { profiles: count, seconds: (nowMs - startedMs) / 1000 };
      }
      await sleep(scrapeSeconds * 1000);
    }
  };
  // In this order they are achieved, too.
  const lookedAt = await reach(achievements.lookedAt);
  const status = await reach(achievements.status);
  if (status.profiles < profiles)
    throw new Error(`${status.profiles} of ${profiles} have a status`);
  const history = strategy === 'Adaptive' ? await reach(achievements.history) : undefined;
  return { lookedAt, status, history };
}
