/** GUARD: for how long one objective has been missed, and whether another step up is due or no cure. */
import type { Watch } from '../api/decision.ts';
import type { Guard } from '../api/guard.ts';
import type { WrittenMemory } from '../api/status.ts';
import { iso } from './iso.ts';
import type { GuardReadings } from './observation.ts';
import { judgeReading, type Reading, unread } from './reading.ts';

/** Steps after which the objective must be closer by a tenth. */
const STEPS = 2;
const BETTER = 0.9;
const ROUNDING = 1e-9;

/** Of a guard whose objective is missed. */
export interface GuardMemory {
  readonly missedSinceMs: number;
  /** Since when its reading has failed; undefined while there is one. */
  readonly failedSinceMs?: number;
  /** Steps up since `baseline` was read. */
  readonly steps: number;
  /** The reading when the first of them was taken. */
  readonly baseline?: number;
  readonly stepAtMs?: number;
  /** Two steps bettered nothing: no more until the objective is met. */
  readonly isStopped?: boolean;
  /** The reading on which this pass asks for a step; `recordScale` makes it one. */
  readonly asked?: number;
}

/** What a guard is judged by, beside its readings. */
export interface GuardTimes {
  readonly nowMs: number;
  readonly staleAfterSeconds: number;
  readonly failureMs: number;
  readonly leadMs: number;
}

export interface JudgedGuard {
  readonly watch: Watch;
  /** Nothing may fall. */
  readonly holds?: boolean;
  /** The reading on which it asks for a step up. */
  readonly asks?: number;
  readonly memory?: GuardMemory;
}

/** Judge one guard in one pass. @param past of it, if its objective was missed in the last one */
export function judgeGuard(
  guard: Guard,
  readings: GuardReadings | undefined,
  past: GuardMemory | undefined,
  times: GuardTimes,
): JudgedGuard {
  const { nowMs, staleAfterSeconds } = times;
  const { name, objective, windowSeconds } = guard;
  const reading = judgeReading(readings?.value ?? unread, staleAfterSeconds, nowMs);
  if (reading.status === 'failed')
    return unknown(guard, reading.reason, reading.message, past, times);
  const { value } = reading;
  const at = iso(reading.atMs);
  const seen = { kind: 'Guard', name, value, at } as const;
  if (value <= objective) {
    return { watch: { ...seen, state: 'Met', message: `${value} meets ${objective}` } };
  }
  const missed = { steps: 0, ...past, missedSinceMs: past?.missedSinceMs ?? nowMs };
  const { failedSinceMs: _failed, asked: _asked, ...memory } = missed;
  const since = `${value} misses ${objective} since ${iso(memory.missedSinceMs)}`;
  if (nowMs - memory.missedSinceMs < windowSeconds * 1000) {
    const message = `${since}, not for ${windowSeconds} s yet`;
    return { watch: { ...seen, state: 'Missed', message }, memory };
  }
  const next = nextStep(value, memory, readings?.unless, times);
  const watch = { ...seen, state: next.state, message: `${since}: ${next.message}` };
  return { watch, holds: true, memory: next.memory, ...(next.asks && { asks: value }) };
}

/** Without a reading nothing is raised, and what held goes on holding for `failureSeconds`. */
function unknown(
  { name, windowSeconds }: Guard,
  failed: Watch['failed'],
  said: string,
  past: GuardMemory | undefined,
  { nowMs, failureMs }: GuardTimes,
): JudgedGuard {
  const watch = { kind: 'Guard', name, failed } as const;
  const failure = said.slice(0, 500);
  const failedSinceMs = past?.failedSinceMs ?? nowMs;
  if (!past || nowMs - failedSinceMs >= failureMs) {
    const message = `${failure}; neither raises nor holds`;
    return { watch: { ...watch, state: 'Unknown', message } };
  }
  const { asked: _asked, ...memory } = { ...past, failedSinceMs };
  const holds = failedSinceMs - past.missedSinceMs >= windowSeconds * 1000;
  const until = iso(failedSinceMs + failureMs);
  const message = `${failure}; ${holds ? `holds until ${until}` : 'neither raises nor holds'}`;
  return { watch: { ...watch, state: holds ? 'Guarding' : 'Missed', message }, holds, memory };
}

interface NextStep {
  readonly state: Watch['state'];
  readonly message: string;
  readonly asks: boolean;
  readonly memory: GuardMemory;
}

/** What an objective that has been missed for long enough leads to. */
function nextStep(
  value: number,
  memory: GuardMemory,
  unless: Reading | undefined,
  { nowMs, leadMs }: GuardTimes,
): NextStep {
  const { steps, baseline = value, stepAtMs } = memory;
  const waits = { asks: false, memory };
  if (memory.isStopped)
    return { ...waits, state: 'NotTheCure', message: 'more pods are not the cure' };
  if (unless?.status === 'ok' && unless.value !== 0) {
    return { ...waits, state: 'Elsewhere', message: 'the bottleneck is elsewhere by `unless`' };
  }
  if (unless?.status === 'failed' && unless.reason !== 'absent') {
    const message = `whether the bottleneck is elsewhere is not known (${unless.message.slice(0, 500)})`;
    return { ...waits, state: 'Guarding', message };
  }
  if (stepAtMs !== undefined && nowMs - stepAtMs < leadMs) {
    const due = iso(stepAtMs + leadMs);
    return {
      ...waits,
      state: 'Guarding',
      message: `step ${steps} was taken, the next is due at ${due}`,
    };
  }
  if (steps < STEPS) return { state: 'Guarding', message: 'a step up', asks: true, memory };
  const isBetter = value <= baseline * BETTER * (1 + ROUNDING);
  if (!isBetter) {
    const message = `${steps} steps from ${baseline} did not better it by 10 %: more pods are not the cure`;
    return { state: 'NotTheCure', message, asks: false, memory: { ...memory, isStopped: true } };
  }
  const { baseline: _, ...again } = { ...memory, steps: 0 };
  const message = `${steps} steps bettered it from ${baseline}: another step up`;
  return { state: 'Guarding', message, asks: true, memory: again };
}

/** But for `asked`, which lives from a decision to its write. */
export function writeGuard({
  missedSinceMs,
  failedSinceMs,
  steps,
  baseline,
  ...rest
}: GuardMemory) {
  const { stepAtMs, isStopped } = rest;
  return {
    missedSince: iso(missedSinceMs),
    ...(failedSinceMs !== undefined && { failedSince: iso(failedSinceMs) }),
    steps,
    ...(baseline !== undefined && { baseline }),
    ...(stepAtMs !== undefined && { stepAt: iso(stepAtMs) }),
    ...(isStopped && { stopped: true }),
  };
}

export function readGuard(written: WrittenMemory['guards'][string]): GuardMemory {
  const { missedSince, failedSince, steps, baseline, stepAt, stopped } = written;
  return {
    missedSinceMs: Date.parse(missedSince),
    ...(failedSince !== undefined && { failedSinceMs: Date.parse(failedSince) }),
    steps,
    ...(baseline !== undefined && { baseline }),
    ...(stepAt !== undefined && { stepAtMs: Date.parse(stepAt) }),
    ...(stopped && { isStopped: true }),
  };
}
