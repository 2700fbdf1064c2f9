/** One arrival's requests, one after the other, each recorded. */
import { type Answer, type Call, type Connection, failureOf } from './connection.ts';
import type { Recorder } from './measure.ts';

/** A request of this visit failed and was recorded; the rest of the visit makes no sense. */
export class VisitEnded extends Error {}

export class Visitor {
  readonly #connection: Connection;
  readonly #recorder: Recorder;
  readonly #nowMs: () => number;
  #intendedMs: number | undefined;

  /**
   * @param nowMs milliseconds since the start of the run
   * @param intendedMs when the first request should have been sent; the later ones are meant for when they are sent,
   *   because they need the answers before them
   */
  constructor(
    connection: Connection,
    recorder: Recorder,
    nowMs: () => number,
    intendedMs?: number,
  ) {
    this.#connection = connection;
    this.#recorder = recorder;
    this.#nowMs = nowMs;
    this.#intendedMs = intendedMs;
  }

  /**
   * Send a request and return its JSON.
   *
   * @param accepted statuses that are as wanted, beside all of 2xx
   * @returns undefined for an empty body
   * @throws VisitEnded when there was no answer or another status
   */
  async ask(kind: string, call: Call, accepted: readonly number[] = []): Promise<unknown> {
    const intendedMs = this.#intendedMs ?? this.#nowMs();
    this.#intendedMs = undefined;
    const answer = await this.#connection.call(call).catch(failureOf);
    const failure = typeof answer === 'string' ? answer : objection(answer, accepted);
    const outcome = { kind, intendedMs, endedMs: this.#nowMs() };
    this.#recorder.add(failure === undefined ? outcome : { ...outcome, failure });
    if (typeof answer === 'string' || failure !== undefined) {
      throw new VisitEnded(`${kind}: ${failure}`);
    }
    return answer.text === '' ? undefined : JSON.parse(answer.text);
  }
}

function objection({ status }: Answer, accepted: readonly number[]): string | undefined {
  const isWanted = (status >= 200 && status < 300) || accepted.includes(status);
  return isWanted ? undefined : `status ${status}`;
}
