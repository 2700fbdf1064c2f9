/** Builders of specs and observations, and a run of passes over them. */
import { type ProfileSpec, parseProfile } from '../../api/profile.ts';
import { sampleProfile } from '../../api/sample-profile.ts';
import { type Decided, decide } from '../decide.ts';
import { type Memory, noMemory, recordScale } from '../memory.ts';
import type { MetricReadings, Observation } from '../observation.ts';
import type { FailureReason, Reading } from '../reading.ts';

export const start = Date.parse('2026-11-21T10:00:00Z');

/** A valid spec of strategy HPA with one metric `load` at 10 a replica, 1 to 100 replicas; `changes` are laid over it. */
export function specOf(changes: Readonly<Record<string, unknown>> = {}): ProfileSpec {
  const metrics = [averageOf('load', '10')];
  const strategy = { type: 'HPA' };
  const spec = { minReplicas: 1, maxReplicas: 100, metrics, strategy, ...changes };
  const object = sampleProfile('web', spec);
  const parsed = parseProfile(object);
  if (!parsed.ok) throw new Error(parsed.problems.join('\n'));
  return parsed.profile.spec;
}

export function averageOf(name: string, averageValue: string, more: object = {}): object {
  const target = { type: 'AverageValue', averageValue };
  return { name, type: 'Prometheus', prometheus: { query: name }, target, ...more };
}

export function failedReading(reason: FailureReason = 'absent'): Reading {
  return { status: 'failed', reason, message: 'nothing there' };
}

/** Loads by metric name at a time; a reason stands for a failed reading. */
export type Loads = Readonly<Record<string, number | FailureReason>>;

export function observe(nowMs: number, currentReplicas: number, loads: Loads): Observation {
  const readings = Object.entries(loads).map(([name, load]): [string, MetricReadings] => [
    name,
    { value: typeof load === 'number' ? good(load, nowMs) : failedReading(load) },
  ]);
  return {
    nowMs,
    currentReplicas,
    readyReplicas: currentReplicas,
    startingReplicas: 0,
    readings: Object.fromEntries(readings),
  };
}

export function good(value: number, atMs: number): Reading {
  return { status: 'ok', value, atMs };
}

/** The decision of one pass over a profile long at rest. */
export function decideOnce(changes: object, current: number, loads: Loads): Decided['decision'] {
  const memory = { ...noMemory, proposals: [{ atMs: 0, replicas: 1 }] };
  return decide(specOf({ ...changes }), observe(start, current, loads), memory).decision;
}

/** A target that obeys: each pass is 15 s after the last and finds what the last one wrote. */
export class Scenario {
  memory: Memory = noMemory;
  nowMs = start;
  replicas: number;
  readonly spec: ProfileSpec;

  constructor(spec: ProfileSpec, replicas: number) {
    this.spec = spec;
    this.replicas = replicas;
  }

  /** One pass; returns its decision. Time goes on afterwards. */
  pass(loads: Loads, seconds = 15): Decided['decision'] {
    const observation = observe(this.nowMs, this.replicas, loads);
    const { decision, memory } = decide(this.spec, observation, this.memory);
    const change = decision.desiredReplicas - this.replicas;
    this.memory = change === 0 ? memory : recordScale(memory, this.nowMs, change);
    this.replicas = decision.desiredReplicas;
    this.nowMs += seconds * 1000;
    return decision;
  }

  /** Passes for `seconds`; returns the replicas after each. */
  run(loads: Loads, seconds: number): readonly number[] {
    const passes = Array.from({ length: Math.ceil(seconds / 15) });
    return passes.map(() => this.pass(loads).desiredReplicas);
  }
}
