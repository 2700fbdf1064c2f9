/** An explanation as a block of text for a terminal. */
import { stripVTControlCharacters } from 'node:util';
import type { ForeignChange, Limit, Proposal, Watch } from '../api/decision.ts';
import { type Change, standing } from './change.ts';
import type { Explanation } from './explanation.ts';
import type { Threshold } from './threshold.ts';

type Style = 'bold' | 'dim' | 'green' | 'yellow' | 'red';

export interface Setting {
  /** The clock that "ago" and "in" are told by, milliseconds since the epoch. */
  readonly nowMs: number;
  /** Colours a text, or leaves it alone where there is no terminal. */
  readonly paint: (style: Style, text: string) => string;
}

/** The whole block, each line ended. */
export function explanationText(explanation: Explanation, setting: Setting): string {
  const { decision, isUpToDate, troubles } = explanation;
  const { paint } = setting;
  const notes = [
    ...(isUpToDate ? [] : ['the spec has changed since: the operator has not looked yet']),
    ...troubles.map(({ type, reason, message }) => `${type} is not True: ${reason}: ${message}`),
    ...(decision ? [] : ['no decision has been made yet']),
  ];
  const lines = [
    ...heading(explanation, setting),
    ...notes.map((note) => `  ${paint('red', '!')} ${note}`),
    ...(decision ? body(explanation, setting) : []),
  ];
  return `${lines.join('\n')}\n`;
}

function heading(explanation: Explanation, { nowMs, paint }: Setting): readonly string[] {
  const { profile, target, strategy, minReplicas, maxReplicas, decision } = explanation;
  const bounds = `${minReplicas} to ${maxReplicas} replicas`;
  const mode = decision && decision.mode !== 'Active' ? `, mode ${decision.mode}` : '';
  const first = `${paint('bold', profile)}: ${target}, ${bounds}, strategy ${strategy}${mode}`;
  if (!decision) return [first];
  const { currentReplicas, readyReplicas, desiredReplicas, reason, at } = decision;
  const ready = readyReplicas === undefined ? '' : ` (${readyReplicas} ready)`;
  const wanted = paint('bold', `${currentReplicas}${ready} -> ${desiredReplicas}`);
  return [
    first,
    `  ${wanted}  ${reason}, decided ${moment(at, nowMs)}`,
    ...leadTimeLine(explanation),
  ];
}

function leadTimeLine({ leadTime }: Explanation): readonly string[] {
  if (!leadTime) return [];
  const { seconds, pods } = leadTime;
  const source = pods === undefined ? 'as the profile says' : `as its last ${pods} pods have shown`;
  return [`  lead time ${seconds} s, ${source}`];
}

function body(explanation: Explanation, setting: Setting): readonly string[] {
  const { decision, oneMore, oneFewer } = explanation;
  const { paint } = setting;
  const section = (title: string, lines: readonly string[]) => [
    paint('bold', title),
    ...lines.map((line) => `  ${line}`),
  ];
  const proposals = decision?.proposals ?? [];
  const limits = decision?.limits ?? [];
  const watches = decision?.watches ?? [];
  const foreign = decision?.foreignChanges ?? [];
  return [
    ...section('Metrics', table(proposals.map((each) => asked(each, decision?.winner, setting)))),
    ...(limits.length > 0 ? section('Limits', table(limits.map((each) => limited(each)))) : []),
    ...(watches.length > 0
      ? section('Watched', table(watches.map((each) => watched(each, setting))))
      : []),
    ...(foreign.length > 0
      ? section('Changed by others', table(foreign.map((each) => changed(each, setting))))
      : []),
    ...(oneMore ? section(`One more (${oneMore.replicas})`, change(oneMore, 'any')) : []),
    ...(oneFewer && oneFewer.replicas >= 0
      ? section(`One fewer (${oneFewer.replicas})`, change(oneFewer, 'all'))
      : []),
    ...section('Next change', nextChange(explanation, setting)),
  ];
}

function asked(
  { name, replicas, value, at, failed, message }: Proposal,
  winner: string | undefined,
  { nowMs, paint }: Setting,
): readonly string[] {
  const count = replicas === undefined ? 'asks for nothing' : `asks for ${replicas}`;
  const wins = name === winner ? paint('green', 'wins') : '';
  if (failed !== undefined || value === undefined) {
    return [name, paint('red', failed ?? 'no reading'), '', count, wins, message];
  }
  const age = at === undefined ? '' : ago(at, nowMs);
  return [name, brief(value), paint('dim', age), count, wins, message];
}

function watched(
  { kind, name, state, value, failed, message }: Watch,
  { paint }: Setting,
): readonly string[] {
  const seen = failed === undefined ? '' : paint('red', failed);
  return [kind, name, value === undefined ? seen : brief(value), state, message];
}

function changed({ at, from, to, by }: ForeignChange, { nowMs }: Setting): readonly string[] {
  return [moment(at, nowMs), `${from} -> ${to}`, by === undefined ? '' : `by ${by}`];
}

function limited({ reason, from, to, message }: Limit, index = 0): readonly string[] {
  return [`${index + 1}.`, reason, `${from} -> ${to}`, message];
}

function change(change: Change, quantifier: 'any' | 'all'): readonly string[] {
  const { isAsked, inTheWay, thresholds, unread, windowSeconds } = change;
  const ways = thresholds.map(threshold);
  const joined = quantifier === 'any' ? 'any of these would' : 'all of these would have to';
  const ask = ways.length > 1 ? [`${joined} hold:`, ...ways.map((way) => `- ${way}`)] : ways;
  const lasting =
    windowSeconds > 0 && !isAsked ? [`for ${windowSeconds} s, the window that holds`] : [];
  return [
    ...inTheWay.map((obstacle) => `held: ${obstacle}`),
    ...unread.map((name) => `${name} must be read again`),
    ...(isAsked ? ['the metrics ask for it already'] : ask),
    ...(ask.length > 0 ? lasting : []),
  ];
}

function threshold({ metric, what, comparison, bound, now }: Threshold): string {
  const whose = what === 'the metric' ? metric : `${metric}: ${what}`;
  return `${whose} ${comparison} ${brief(bound)} (now ${brief(now)})`;
}

function nextChange(explanation: Explanation, { nowMs }: Setting): readonly string[] {
  const { decision, syncPeriodSeconds, opening } = explanation;
  const { nextChangeAt } = decision ?? {};
  const isDue = nextChangeAt !== undefined && Date.parse(nextChangeAt) > nowMs;
  const count = decision ? `from ${standing(decision)}` : '';
  const first = isDue
    ? `at unchanged load not before ${moment(nextChangeAt, nowMs)}`
    : `${count} as soon as the metrics ask for it: it looks each ${syncPeriodSeconds} s`;
  return [
    first,
    ...opening.map(({ schedule, at }) => `schedule ${schedule} opens ${moment(at, nowMs)}`),
  ];
}

/** Columns side by side; the last one is as wide as it likes. */
function table(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => visible(row[column] ?? ''))),
  );
  return rows.map((row) =>
    row
      .map((cell, column) => cell + ' '.repeat((widths[column] ?? 0) - visible(cell)))
      .filter((_, column) => widths[column] !== 0)
      .join('  ')
      .trimEnd(),
  );
}

function visible(cell: string): number {
  return stripVTControlCharacters(cell).length;
}

function moment(at: string, nowMs: number): string {
  const seconds = Math.round((Date.parse(at) - nowMs) / 1000);
  return `${at.replace(/\.\d+Z$/, 'Z')} (${seconds > 0 ? `in ${span(seconds)}` : ago(at, nowMs)})`;
}

function ago(at: string, nowMs: number): string {
  return `${span(Math.max(0, Math.round((nowMs - Date.parse(at)) / 1000)))} ago`;
}

function span(seconds: number): string {
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 7200) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  const hours = Math.floor(seconds / 3600);
  return hours < 48
    ? `${hours} h ${Math.floor((seconds % 3600) / 60)} min`
    : `${Math.floor(hours / 24)} d`;
}

/** Six significant digits. */
function brief(value: number): string {
  return String(Number(value.toPrecision(6)));
}
