/** What one fleet costs and how late its passes are, from the operator's own metrics and the control plane's processor time. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { ControlPlane } from './control-plane.ts';
import type { Operator } from './operator.ts';
import { increase, quantileBetween, type Samples, total } from './samples.ts';

export interface Rest {
  /** Of passes behind their due time, seconds: bounds from above. */
  readonly lagP50: number;
  readonly lagP99: number;
  /** Cores. */
  readonly operatorCpu: number;
  /** Cores, kube-apiserver and etcd together. */
  readonly planeCpu: number;
  /** A second. */
  readonly passes: number;
  readonly apiRequests: number;
  readonly statusWrites: number;
}

/** Since the operator's start. */
export interface Failures {
  readonly readings: number;
  /** By the API server, conflicts included. */
  readonly requests: number;
}

const scrapeSeconds = 5;

export function failuresIn(samples: Samples): Failures {
  const requests = 'bellwether_api_requests_total';
  return {
    readings: total(samples, 'bellwether_reading_failures_total'),
    requests: total(samples, requests) - total(samples, requests, 'code="2'),
  };
}

export async function measureRest(
  plane: ControlPlane,
  operator: Operator,
  seconds: number,
): Promise<Rest> {
  const before = await operator.samples();
  const planeBefore = await plane.cpuSeconds();
  const startedMs = performance.now();
  let after = before;
  while (performance.now() - startedMs < seconds * 1000) {
    await sleep(scrapeSeconds * 1000);
    after = await operator.samples();
  }
  const planeSeconds = (await plane.cpuSeconds()) - planeBefore;
  const lasted = (performance.now() - startedMs) / 1000;
  const rate = (name: string) => increase(before, after, name) / lasted;
  const lag = (quantile: number) =>
    quantileBetween(before, after, 'bellwether_pass_lag_seconds', quantile);
  return {
    lagP50: lag(0.5),
    lagP99: lag(0.99),
    operatorCpu: rate('process_cpu_seconds_total'),
    planeCpu: planeSeconds / lasted,
    passes: rate('bellwether_pass_duration_seconds_count'),
    apiRequests: rate('bellwether_api_requests_total'),
    statusWrites: rate('bellwether_status_writes_total'),
  };
}
