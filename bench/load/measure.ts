/** What a run measured: requests, failures by kind, latencies, second by second. */
import { addTo, emptyHistogram, type Histogram, quantileOf } from './histogram.ts';

/** One request that has ended, one way or the other. */
export interface Outcome {
  /** What was asked for, such as `course` or `login`. */
  readonly kind: string;
  /**
   * Milliseconds from the start of the run to when the request should have been sent. Latency counts from here:
   * a generator or server that falls behind shows.
   */
  readonly intendedMs: number;
  readonly endedMs: number;
  /** Why it failed, such as `timeout`, `ECONNRESET` or `status 503`; undefined: it did not. */
  readonly failure?: string;
}

interface Tally {
  readonly latencies: Histogram;
  failed: number;
}

export interface Latencies {
  readonly requests: number;
  readonly failed: number;
  /** Of answers as wanted; undefined where there were none. */
  readonly p50Ms: number | undefined;
  readonly p95Ms: number | undefined;
  readonly p99Ms: number | undefined;
}

export interface Measurement {
  readonly total: Latencies;
  readonly byKind: Readonly<Record<string, Latencies>>;
  readonly failures: Readonly<Record<string, number>>;
  /** By the second in which requests ended; [0] is the first. */
  readonly seconds: readonly Latencies[];
}

export class Recorder {
  readonly #total = emptyTally();
  readonly #byKind = new Map<string, Tally>();
  readonly #failures = new Map<string, number>();
  readonly #seconds: Tally[] = [];

  add({ kind, intendedMs, endedMs, failure }: Outcome): void {
    const byKind = this.#byKind.get(kind) ?? emptyTally();
    this.#byKind.set(kind, byKind);
    const second = Math.floor(endedMs / 1000);
    while (this.#seconds.length <= second) this.#seconds.push(emptyTally());
    for (const tally of [this.#total, byKind, this.#seconds[second] ?? emptyTally()]) {
      if (failure === undefined) addTo(tally.latencies, endedMs - intendedMs);
      else tally.failed += 1;
    }
    if (failure !== undefined) {
      const reason = `${kind}: ${failure}`;
      this.#failures.set(reason, (this.#failures.get(reason) ?? 0) + 1);
    }
  }

  /** All so far. */
  measurement(): Measurement {
    return {
      total: latenciesOf(this.#total),
      byKind: Object.fromEntries(
        [...this.#byKind].map(([kind, tally]) => [kind, latenciesOf(tally)]),
      ),
      failures: Object.fromEntries(this.#failures),
      seconds: this.#seconds.map(latenciesOf),
    };
  }

  /** Only the seconds from `first` up to, not with, `end`; seconds without requests are empty. */
  between(first: number, end: number): readonly Latencies[] {
    return Array.from({ length: Math.max(0, end - first) }, (_, index) =>
      latenciesOf(this.#seconds[first + index] ?? emptyTally()),
    );
  }
}

function emptyTally(): Tally {
  return { latencies: emptyHistogram(), failed: 0 };
}

function latenciesOf({ latencies, failed }: Tally): Latencies {
  return {
    requests: latencies.count + failed,
    failed,
    p50Ms: quantileOf(latencies, 0.5),
    p95Ms: quantileOf(latencies, 0.95),
    p99Ms: quantileOf(latencies, 0.99),
  };
}
