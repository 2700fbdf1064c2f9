/** From several signals to one proposal: the highest wins, and failed data never lowers. */
import type { Limit } from '../api/decision.ts';
import type { ProfileSpec } from '../api/profile.ts';
import type { Observation } from './observation.ts';
import type { Signal } from './signal.ts';

export interface Combined {
  /** The highest of what the signals ask for, before failures hold or raise it. */
  readonly proposed: number;
  /** Afterwards: what is remembered, stabilized and limited. */
  readonly replicas: number;
  /** The metric that asks for most; undefined when nobody asks. */
  readonly winner?: string;
  /** Holding and fallback, if they did anything. */
  readonly limits: readonly Limit[];
  /** Since when every signal has failed; undefined as soon as one is good. */
  readonly failedSinceMs?: number;
}

/**
 * Combine the signals of a pass.
 *
 * | signals | result |
 * | --- | --- |
 * | all good | the highest |
 * | some failed, each with an earlier proposal | the highest, stand-ins included; never to zero |
 * | some failed, one of them never seen good | the highest, but not below current |
 * | all failed | current, or more if what is known asks for it |
 * | all failed for `failureSeconds` | at least `fallback.replicas`, not below current |
 */
export function combine(
  signals: readonly Signal[],
  spec: ProfileSpec,
  observation: Observation,
  failedSinceMs: number | undefined,
): Combined {
  const failed = signals.filter(({ reading }) => reading.status === 'failed');
  if (failed.length === signals.length) return allFailed(signals, spec, observation, failedSinceMs);
  const winner = highest(signals);
  const proposed = winner?.replicas ?? observation.currentReplicas;
  const won = { proposed, ...(winner && { winner: winner.name }) };
  return { ...won, ...someFailed(proposed, failed, observation) };
}

function highest(signals: readonly Signal[]): Signal | undefined {
  return signals
    .filter(({ replicas }) => replicas !== undefined)
    .reduce<Signal | undefined>(
      (best, next) => (best && (best.replicas ?? 0) >= (next.replicas ?? 0) ? best : next),
      undefined,
    );
}

function someFailed(
  proposed: number,
  failed: readonly Signal[],
  { currentReplicas }: Observation,
): Pick<Combined, 'replicas' | 'limits'> {
  if (failed.length === 0) return { replicas: proposed, limits: [] };
  const unknown = failed.filter(({ mayLower }) => !mayLower).map(({ name }) => name);
  const least = unknown.length > 0 ? currentReplicas : Math.min(1, currentReplicas);
  if (proposed >= least) return { replicas: proposed, limits: [] };
  const names = failed.map(({ name }) => name).join(', ');
  const message = `no reading of ${names}: not below ${least}`;
  return {
    replicas: least,
    limits: [{ reason: 'FailedSignalHold', from: proposed, to: least, message }],
  };
}

/** Nothing lowers and no stand-in raises: only what is known for certain does, and the fallback in time. */
function allFailed(
  signals: readonly Signal[],
  { fallback }: ProfileSpec,
  { currentReplicas, nowMs }: Observation,
  failedSinceMs = nowMs,
): Combined {
  const proposed = highest(signals)?.replicas ?? currentReplicas;
  const certain = Math.max(0, ...signals.map(({ least }) => least ?? 0));
  const held = Math.max(currentReplicas, certain);
  const limits: Limit[] = [];
  if (certain <= currentReplicas || held !== proposed) {
    const message = `no reading of any metric: held at ${held}`;
    limits.push({ reason: 'FailedSignalHold', from: proposed, to: held, message });
  }
  const isLong = nowMs - failedSinceMs >= fallback.failureSeconds * 1000;
  if (!isLong || fallback.replicas === undefined) {
    return { proposed, replicas: held, limits, failedSinceMs };
  }
  const replicas = Math.max(held, fallback.replicas);
  const message = `no reading for ${fallback.failureSeconds} s: at least ${fallback.replicas}`;
  limits.push({ reason: 'Fallback', from: held, to: replicas, message });
  return { proposed, replicas, limits, failedSinceMs };
}
