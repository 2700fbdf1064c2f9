/** An operator process as seen from outside: it makes calls, and may die or freeze at any of them. */
import type { Cluster } from './cluster.ts';

const callMs = 2;
/** A leader stops 10 s after its last renewal. */
const leadsMs = 10_000;

export class Candidate {
  isKilled = false;
  /** When its next call is to be its last: before it is carried out, or after. */
  dies: 'before' | 'after' | undefined;
  freezes: 'before' | 'after' | undefined;
  hasWritten = false;
  runSinceMs: number;
  readonly froze = Promise.withResolvers<'frozen'>();
  readonly #thaw = Promise.withResolvers<void>();
  #frozenAtMs: number | undefined;
  readonly #cluster: Cluster;
  /** What else happens before each call. */
  readonly #act: () => void;

  constructor(cluster: Cluster, act: () => void) {
    this.#cluster = cluster;
    this.#act = act;
    this.runSinceMs = cluster.nowMs;
  }

  isLeading(): boolean {
    return this.#frozenAtMs === undefined || this.#cluster.nowMs < this.#frozenAtMs + leadsMs;
  }

  /**
   * Every word to the world passes here, and the world goes on meanwhile.
   *
   * @param isSet a word to a pooler: its client gives up and resets the connection while the operator sleeps
   */
  async call<Result>(work: () => Result, isSet = false): Promise<Result> {
    if (this.isKilled) throw new Error('killed');
    this.#cluster.advance(callMs);
    this.#act();
    if (this.dies === 'before') return this.#die();
    if (this.freezes === 'before') {
      await this.#sleep();
      if (isSet) throw new Error('timed out');
    }
    const result = work();
    this.#cluster.tick();
    if (this.dies === 'after') return this.#die();
    if (this.freezes === 'after') await this.#sleep();
    return result;
  }

  thaw(): void {
    this.#thaw.resolve();
  }

  #die(): never {
    this.isKilled = true;
    throw new Error('killed');
  }

  async #sleep(): Promise<void> {
    this.#frozenAtMs ??= this.#cluster.nowMs;
    this.froze.resolve('frozen');
    await this.#thaw.promise;
  }
}
