/** The figures of the fleets as Markdown, each beside what is to be reached. */
import type { Failures, Rest } from './measure.ts';
import type { Strategy } from './population.ts';
import type { Start } from './start.ts';

export interface Outcome {
  readonly profiles: number;
  readonly strategy: Strategy;
  readonly start: Start;
  readonly rest: Rest;
  /** Of the operator, the highest from its start to the last write. */
  readonly residentBytes: number;
  /** Until then. */
  readonly failures: Failures;
  /** Seconds from the jump of all metrics to each target's first write, ascending; what came too late is left out. */
  readonly writes: readonly number[];
}

interface Targets {
  readonly lagP99: number;
  readonly residentBytes: number;
  /** From the jump to the last write. */
  readonly lastWrite?: number;
}

/** By number of profiles; other numbers have none. */
function targetsOf(profiles: number, syncPeriodSeconds: number): Targets | undefined {
  if (profiles === 1000) {
    return { lagP99: 2, residentBytes: 200e6, lastWrite: syncPeriodSeconds + 5 };
  }
  if (profiles === 10_000) return { lagP99: 15, residentBytes: 600e6 };
  return undefined;
}

export function table(outcomes: readonly Outcome[], syncPeriodSeconds: number): string {
  const targets = outcomes.map(({ profiles }) => targetsOf(profiles, syncPeriodSeconds));
  const row = (name: string, cell: (outcome: Outcome, target: Targets | undefined) => string) =>
    `| ${[name, ...outcomes.map((outcome, index) => cell(outcome, targets[index]))].join(' | ')} |`;
  const plain = (name: string, value: (rest: Rest) => number, digits: number) =>
    row(name, ({ rest }) => value(rest).toFixed(digits));
  return [
    row('profiles', ({ profiles }) => profiles.toLocaleString('en')),
    row('---', () => '---'),
    row('strategy', ({ strategy }) => strategy),
    row('looked at since the operator started', ({ start }) => reached(start.lookedAt)),
    row('first status written', ({ start }) => reached(start.status)),
    row('history of 8 days taken over', ({ start }) => reached(start.history)),
    row('lag of a pass behind its due time, p50', ({ rest }) => `${below(rest.lagP50)} s`),
    row('lag, p99', ({ rest }, target) =>
      judged(
        `${below(rest.lagP99)} s`,
        rest.lagP99 < (target?.lagP99 ?? 0),
        target && `< ${target.lagP99} s`,
      ),
    ),
    row('resident memory, highest', ({ residentBytes }, target) =>
      judged(
        `${(residentBytes / 1e6).toFixed(0)} MB`,
        residentBytes <= (target?.residentBytes ?? 0),
        target && `<= ${target.residentBytes / 1e6} MB`,
      ),
    ),
    plain('processor, operator (cores)', ({ operatorCpu }) => operatorCpu, 3),
    plain('processor, kube-apiserver and etcd (cores)', ({ planeCpu }) => planeCpu, 3),
    plain('passes a second', ({ passes }) => passes, 1),
    plain('requests to the API server a second', ({ apiRequests }) => apiRequests, 2),
    plain('status writes a second', ({ statusWrites }) => statusWrites, 2),
    row(
      'every metric triples: scales written',
      ({ writes, profiles }) => `${writes.length} of ${profiles}`,
    ),
    row('from there to the write, p50', ({ writes }) => `${quantile(writes, 0.5)} s`),
    row('p99', ({ writes }) => `${quantile(writes, 0.99)} s`),
    row('last', ({ writes, profiles }, target) => {
      const isAll = writes.length === profiles;
      const last = writes.at(-1) ?? Number.NaN;
      const limit = target?.lastWrite;
      return judged(
        `${last.toFixed(1)} s`,
        isAll && last <= (limit ?? 0),
        limit === undefined ? undefined : `<= ${limit} s`,
      );
    }),
    row('readings that failed', ({ failures }) => String(failures.readings)),
    row('requests refused or not answered', ({ failures }) => String(failures.requests)),
  ].join('\n');
}

function judged(figure: string, isMet: boolean, target: string | undefined): string {
  return target === undefined ? figure : `${figure} (${target}: ${isMet ? 'met' : 'MISSED'})`;
}

function reached(start: Start['history']): string {
  return start ? `${start.profiles} in ${start.seconds.toFixed(0)} s` : '';
}

/** A bound of a bucket says no more than this. */
function below(seconds: number): string {
  return Number.isFinite(seconds) ? `<= ${seconds}` : '> 30';
}

function quantile(ascending: readonly number[], part: number): string {
  const value = ascending[Math.ceil(part * ascending.length) - 1] ?? Number.NaN;
  return value.toFixed(1);
}
