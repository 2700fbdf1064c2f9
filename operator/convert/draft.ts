/** A ScaleProfile in the making: the parts that every conversion fills in. */
import type { Path } from '../validate/documents.ts';
import type { Source } from './source.ts';

/** What the caller wants and knows. */
export interface ConvertOptions {
  /** Write mode Observe. */
  readonly observe: boolean;
  /** PromQL by the name of a metric that an adapter serves. */
  readonly queries: Readonly<Record<string, string>>;
}

/** As it will be written. */
export interface Draft {
  readonly scaleTargetRef: { apiVersion: string; kind: string; name: string };
  readonly mode?: 'Observe' | 'Paused';
  readonly syncPeriodSeconds: number;
  readonly minReplicas: number;
  readonly maxReplicas: number | undefined;
  readonly metrics: readonly DraftMetric[];
  readonly behavior?: object;
  readonly schedules?: readonly object[];
  readonly fallback?: object;
}

export interface DraftMetric {
  readonly name: string;
  readonly type: string;
  readonly [field: string]: unknown;
}

/** The HorizontalPodAutoscaler's own period, of the objects that KEDA makes, too. */
export const hpaSyncSeconds = 15;

/** A name that a metric may have, such as `http-requests`. */
export function metricName(text: string, otherwise: string): string {
  const name = text
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, 60)
    .replaceAll(/^-+|-+$/g, '');
  return name === '' ? otherwise : name;
}

/** The same metrics, the second and later of one name numbered. */
export function uniquelyNamed(metrics: readonly DraftMetric[]): readonly DraftMetric[] {
  const taken = new Set<string>();
  return metrics.map((metric) => {
    let name = metric.name;
    for (let number = 2; taken.has(name); number += 1) name = `${metric.name}-${number}`;
    taken.add(name);
    return { ...metric, name };
  });
}

/** The fields of the HPA's `behavior`, which are those of a profile. */
export function readBehavior(source: Source, path: Path): object | undefined {
  const directions = ['scaleUp', 'scaleDown'].flatMap((direction) => {
    const rules = readRules(source, [...path, direction]);
    return rules === undefined ? [] : [[direction, rules] as const];
  });
  return directions.length > 0 ? Object.fromEntries(directions) : undefined;
}

function readRules(source: Source, path: Path): object | undefined {
  if (!source.has(...path)) return undefined;
  const stabilizationWindowSeconds = source.whole(...path, 'stabilizationWindowSeconds');
  const selectPolicy = source.text(...path, 'selectPolicy');
  const tolerance = source.quantity(...path, 'tolerance');
  const isList = source.has(...path, 'policies');
  const policies = source.items(...path, 'policies').map((policy) => ({
    type: source.required(...policy, 'type'),
    value: source.whole(...policy, 'value'),
    periodSeconds: source.whole(...policy, 'periodSeconds'),
  }));
  return defined({
    stabilizationWindowSeconds,
    selectPolicy,
    policies: isList ? policies : undefined,
    tolerance,
  });
}

/** Without the fields that are undefined. */
export function defined(object: object): object {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));
}
