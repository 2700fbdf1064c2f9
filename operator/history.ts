/** What strategy Adaptive takes over from Prometheus once a term: asked for beside the passes, used when it is there. */
import type { ProfileSpec } from './api/profile.ts';
import type { Log } from './log.ts';
import type { Prometheus } from './prometheus/client.ts';
import { forecastMetrics, type Histories, primeMemory } from './scaling/history.ts';
import type { Memory } from './scaling/memory.ts';
import type { Observation } from './scaling/observation.ts';
import { queryWindowSeconds } from './scaling/strategy.ts';

/** Nothing waits for a history, so a Prometheus that is down is asked again at leisure. */
const retryMs = 300_000;
const defaultDays = 8;

/** How far it came. */
export interface HistoryState {
  nextAtMs: number;
  arrived: Histories | undefined;
  isTaken: boolean;
}

export function noHistory(): HistoryState {
  return { nextAtMs: 0, arrived: undefined, isTaken: false };
}

interface Sources {
  readonly prometheus: Prometheus;
  readonly log: Log;
}

/** The memory with the history in it, from the first pass on that finds it there. */
export function takeUpHistory(
  sources: Sources,
  spec: ProfileSpec,
  observation: Observation,
  memory: Memory,
  state: HistoryState,
): Memory {
  const { type, history } = spec.strategy;
  if (type !== 'Adaptive' || history?.prometheus === false || state.isTaken) return memory;
  if (state.arrived) {
    state.isTaken = true;
    return primeMemory(spec, observation, memory, state.arrived);
  }
  const { nowMs } = observation;
  if (nowMs < state.nextAtMs) return memory;
  state.nextAtMs = nowMs + retryMs;
  ask(sources.prometheus, spec, nowMs).then(
    (histories) => {
      state.arrived = histories;
    },
    (error: unknown) => sources.log.warn({ error }, 'history not read: seasons grow again'),
  );
  return memory;
}

async function ask(prometheus: Prometheus, spec: ProfileSpec, nowMs: number): Promise<Histories> {
  const days = spec.strategy.history?.days ?? defaultDays;
  const options = { windowSeconds: queryWindowSeconds(spec), days, nowMs };
  const histories = forecastMetrics(spec).map(
    async ({ name, prometheus: { query } }) =>
      [name, await prometheus.history(query, options)] as const,
  );
  return Object.fromEntries(await Promise.all(histories));
}
