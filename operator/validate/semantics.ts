/** What the schema cannot say: names, windows that never open, bounds that never count. */
import { Cron } from 'croner';
import type { Path } from './documents.ts';
import type { Fault } from './fault.ts';
import { at, itemsAt, numberAt, textAt } from './look.ts';

const label = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;

/** @param nowMs which dates lie in the past */
export function semanticFaults(profile: unknown, nowMs: number): readonly Fault[] {
  return [
    ...nameFaults(profile),
    ...targetFaults(profile),
    ...itemsAt(profile, 'spec', 'schedules').flatMap(([path, schedule]) => [
      ...openingFaults(path, schedule, nowMs),
      ...reachFaults(path, schedule, profile),
    ]),
    ...fallbackFaults(profile),
    ...itemsAt(profile, 'spec', 'metrics').flatMap(([path, metric]) =>
      activationFaults(path, metric, profile),
    ),
  ];
}

function nameFaults(profile: unknown): readonly Fault[] {
  const name = textAt(profile, 'metadata', 'name');
  const namespace = textAt(profile, 'metadata', 'namespace');
  const isSubdomain = (text: string) =>
    text.length <= 253 && text.split('.').every((part) => label.test(part));
  const isLabel = (text: string) => text.length <= 63 && label.test(text);
  const rule = 'must be lower-case letters, digits and -';
  return [
    ...(name === undefined || isSubdomain(name) ? [] : [refused(['metadata', 'name'], name, rule)]),
    ...(namespace === undefined || isLabel(namespace)
      ? []
      : [refused(['metadata', 'namespace'], namespace, rule)]),
  ];
}

function targetFaults(profile: unknown): readonly Fault[] {
  const path: Path = ['spec', 'scaleTargetRef', 'apiVersion'];
  const apiVersion = textAt(profile, ...path);
  if (apiVersion === undefined || /^([a-z0-9.-]+\/)?v[0-9a-z]+$/.test(apiVersion)) return [];
  return [
    refused(path, apiVersion, 'must be a version such as v1, or group/version such as apps/v1'),
  ];
}

function openingFaults(path: Path, schedule: unknown, nowMs: number): readonly Fault[] {
  const start = textAt(schedule, 'start');
  const date = textAt(schedule, 'date');
  const timeZone = textAt(schedule, 'timeZone') ?? 'UTC';
  const seconds = numberAt(schedule, 'durationSeconds') ?? 0;
  if (start !== undefined && nextOpening(start, timeZone, nowMs) === null) {
    return [refused([...path, 'start'], start, 'never opens: there is no such day')];
  }
  if (date === undefined) return [];
  const isOver = nextOpening(date, timeZone, nowMs - seconds * 1000) === null;
  return isOver ? [doubt([...path, 'date'], date, 'never opens again: it is over')] : [];
}

/** @returns undefined where it cannot be read: the schema says so */
function nextOpening(opens: string, timeZone: string, fromMs: number): Date | null | undefined {
  try {
    return new Cron(opens, { timezone: timeZone, paused: true }).nextRun(new Date(fromMs));
  } catch {
    return undefined;
  }
}

/** The bounds of the profile hold over floors and caps. */
function reachFaults(path: Path, schedule: unknown, profile: unknown): readonly Fault[] {
  const floor = numberAt(schedule, 'minReplicas');
  const cap = numberAt(schedule, 'maxReplicas');
  const least = numberAt(profile, 'spec', 'minReplicas') ?? 1;
  const most = numberAt(profile, 'spec', 'maxReplicas') ?? Number.POSITIVE_INFINITY;
  return [
    ...(floor !== undefined && floor > most
      ? [
          doubt(
            [...path, 'minReplicas'],
            floor,
            `is more than spec.maxReplicas ${most}, which holds`,
          ),
        ]
      : []),
    ...(cap !== undefined && cap < least
      ? [
          doubt(
            [...path, 'maxReplicas'],
            cap,
            `is less than spec.minReplicas ${least}, which holds`,
          ),
        ]
      : []),
  ];
}

function fallbackFaults(profile: unknown): readonly Fault[] {
  const path: Path = ['spec', 'fallback', 'replicas'];
  const replicas = at(profile, ...path);
  const most = numberAt(profile, 'spec', 'maxReplicas');
  const isAbove = typeof replicas === 'number' && most !== undefined && replicas > most;
  return isAbove
    ? [doubt(path, replicas, `is more than spec.maxReplicas ${most}, which holds`)]
    : [];
}

/** It decides between nothing and something, which a target that keeps a replica never does. */
function activationFaults(path: Path, metric: unknown, profile: unknown): readonly Fault[] {
  const activation = at(metric, 'activation');
  const least = numberAt(profile, 'spec', 'minReplicas') ?? 1;
  return activation === undefined || least === 0
    ? []
    : [doubt([...path, 'activation'], activation, 'counts with spec.minReplicas 0 only')];
}

function refused(path: Path, value: unknown, rule: string): Fault {
  return { path, message: `${JSON.stringify(value)}: ${rule}` };
}

function doubt(path: Path, value: unknown, rule: string): Fault {
  return { ...refused(path, value, rule), isWarning: true };
}
