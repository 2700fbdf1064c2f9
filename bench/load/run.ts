/** Runs a plan against a target: fires visits when they are due, whatever became of those before. */
import { setTimeout as pause } from 'node:timers/promises';
import { Connection } from './connection.ts';
import { type Learner, SignedIn } from './learners.ts';
import { Recorder } from './measure.ts';
import type { Mix } from './mix.ts';
import { type Arrival, arrivalsOf, type Plan } from './plan.ts';
import { pick, type Random, seededRandom } from './random.ts';
import { VisitEnded, Visitor } from './visit.ts';

/** How often due visits are looked for. */
const tickMs = 5;
/** Beyond this many unfinished visits the next ones fail as `overrun`: memory has its bounds too. */
const mostUnfinished = 4000;
/** Learners who sign in a second before the start: slow enough not to look like load. */
const signInsPerSecond = 2;
const settleMs = 20_000;

export class Run {
  readonly recorder = new Recorder();
  readonly #plan: Plan;
  readonly #target: URL;
  readonly #learners: readonly SignedIn[];
  readonly #mix: Mix;
  readonly #random: Random;
  readonly #visits = new Set<Promise<void>>();
  #startedAt = performance.now();

  constructor(plan: Plan, target: URL, mix: Mix, learners: readonly Learner[]) {
    this.#plan = plan;
    this.#mix = mix;
    this.#target = target;
    this.#learners = learners.slice(0, plan.learners).map((each) => new SignedIn(each));
    this.#random = seededRandom(plan.seed);
  }

  /** Since the start, milliseconds. */
  elapsedMs(): number {
    return performance.now() - this.#startedAt;
  }

  /**
   * Sign all learners in, two a second, and look around; not part of the measurement.
   *
   * @throws when one of them cannot
   */
  async prepare(): Promise<void> {
    const recorder = new Recorder();
    await this.#visit(recorder, (visitor) => this.#mix.lookAround(visitor));
    for (const learner of this.#learners) {
      const turn = pause(1000 / signInsPerSecond);
      await this.#visit(recorder, (visitor) => this.#mix.prepare(visitor, learner));
      await turn;
    }
  }

  /** All visits of the plan; resolves when the last has ended, at the latest 20 s after the last began. */
  async start(): Promise<void> {
    this.#startedAt = performance.now();
    const arrivals = arrivalsOf(this.#plan);
    await new Promise<void>((resolve, reject) => {
      let next = arrivals.next();
      const timer = setInterval(() => {
        try {
          for (; !next.done && next.value.atMs <= this.elapsedMs(); next = arrivals.next()) {
            this.#fire(next.value);
          }
          const isOver = this.elapsedMs() >= this.#plan.durationSeconds * 1000;
          if (!next.done || !isOver) return;
          clearInterval(timer);
          resolve();
        } catch (error) {
          clearInterval(timer);
          reject(error);
        }
      }, tickMs);
    });
    const patience = pause(settleMs, undefined, { ref: false });
    await Promise.race([Promise.all(this.#visits), patience]);
  }

  #fire({ stream, atMs }: Arrival): void {
    if (this.#visits.size >= mostUnfinished) {
      const endedMs = this.elapsedMs();
      this.recorder.add({ kind: stream, intendedMs: atMs, endedMs, failure: 'overrun' });
      return;
    }
    const learner = pick(this.#random, this.#learners);
    const go = (visitor: Visitor) => this.#mix[stream](visitor, learner, this.#random);
    const visit = this.#visit(this.recorder, go, atMs)
      .catch((error: unknown) => this.#note(error))
      .finally(() => this.#visits.delete(visit));
    this.#visits.add(visit);
  }

  /** One visit over a connection of its own. @param intendedMs as a Visitor takes it */
  async #visit(
    recorder: Recorder,
    go: (visitor: Visitor) => Promise<void>,
    intendedMs?: number,
  ): Promise<void> {
    const connection = new Connection(this.#target);
    try {
      await go(new Visitor(connection, recorder, () => this.elapsedMs(), intendedMs));
    } finally {
      connection.close();
    }
  }

  /** Ended visits are in the record already; anything else is a fault of ours, and must show. */
  #note(error: unknown): void {
    if (error instanceof VisitEnded) return;
    const nowMs = this.elapsedMs();
    const failure = error instanceof Error ? error.message : String(error);
    this.recorder.add({ kind: 'generator', intendedMs: nowMs, endedMs: nowMs, failure });
  }
}
