/** The figures of a trial as rows of text. */
import { quantile } from '../../bench/quantile.ts';
import type { KillsResult } from './kills.ts';
import type { Findings } from './stage.ts';
import type { TrialResult } from './trial.ts';

/** What it is, and the figure. */
export type Row = readonly [string, string | number];

const mostSeconds = 10;

export function killRows({
  series,
  deaths,
  convergedSeconds,
  ...findings
}: KillsResult): readonly Row[] {
  const [median = 0, most = 0] = [0.5, 1].map((part) => quantile(convergedSeconds, part));
  const told = series.map(({ who, when, calls }) => `${who} ${when} ${calls}`);
  const verdict = most <= mostSeconds ? 'met' : 'MISSED';
  return [
    ['calls enumerated', told.join(', ')],
    ['deaths, by what the call was for', counts(deaths)],
    ['unsafe at any death or until convergence', findings.violations.length],
    [
      'new leader to convergence, s p50 / max',
      `${convergedSeconds.length}: ${median.toFixed(1)} / ${most.toFixed(1)} (<= ${mostSeconds}: ${verdict})`,
    ],
    ...commonRows(findings),
  ];
}

export function trialRows({ events, rebalancesMs, ...findings }: TrialResult): readonly Row[] {
  const times = [0.5, 0.99, 1].map((part) => quantile(rebalancesMs, part).toFixed(0));
  return [
    ['events', counts(Object.entries(events))],
    ...commonRows(findings),
    ['client errors by kills and restarts', findings.load.excusedErrors],
    ['rebalances, ms p50 / p99 / max', `${rebalancesMs.length}: ${times.join(' / ')}`],
    ['invariants broken', findings.violations.length],
  ];
}

/** Whether anything happened that never may. */
export function isBroken(findings: Findings): boolean {
  const { violations, load, refusals } = findings;
  const broken = violations.length + load.errors.length + load.refusals + refusals;
  return broken + overshoot(findings) > 0;
}

function commonRows(findings: Findings): readonly Row[] {
  const { mostSessions, capacity, refusals, load } = findings;
  return [
    ['sessions at most, of', `${mostSessions}, ${capacity}`],
    ['budget overshoot', overshoot(findings)],
    ['refused by PostgreSQL (too many connections)', refusals],
    ['transactions', load.transactions],
    ['client errors by tuning', load.errors.length + load.refusals],
  ];
}

function overshoot({ mostSessions, capacity }: Findings): number {
  return Math.max(0, mostSessions - capacity);
}

function counts(each: Iterable<readonly [string, number]>): string {
  return [...each].map(([name, count]) => `${count} ${name}`).join(', ');
}
